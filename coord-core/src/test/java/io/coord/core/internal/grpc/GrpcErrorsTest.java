package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.AuthenticationException;
import io.coord.core.CompactedException;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.grpc.Failure.Certainty;
import io.coord.core.internal.grpc.Failure.Remedy;
import io.grpc.Status;
import java.security.cert.CertificateExpiredException;
import java.util.Arrays;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcErrorsTest {

  private static final CallSubject TRANSACTION =
      new CallSubject("transaction of 129 operations", 2_000_000, 129);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNAVAILABLE        | etcdserver: no leader                            | NOT_APPLIED |"
            + " AWAIT_LEADER",
        "UNAVAILABLE        | etcdserver: rpc not supported for learner        | NOT_APPLIED |"
            + " AWAIT_LEADER",
        "RESOURCE_EXHAUSTED | etcdserver: too many requests                    | NOT_APPLIED |"
            + " BACK_OFF",
        "UNKNOWN            | raft proposal dropped                            | NOT_APPLIED |"
            + " BACK_OFF",
        "OUT_OF_RANGE       | etcdserver: mvcc: required revision is a future revision |"
            + " NOT_APPLIED | BACK_OFF",
        "UNAUTHENTICATED    | etcdserver: invalid auth token                   | NOT_APPLIED |"
            + " RENEW_TOKEN",
        "INVALID_ARGUMENT   | etcdserver: revision of auth store is old        | NOT_APPLIED |"
            + " RENEW_TOKEN",
        "UNKNOWN            | auth: revision in header is old                  | NOT_APPLIED |"
            + " RENEW_TOKEN",
        "INVALID_ARGUMENT   | etcdserver: user name is empty                   | NOT_APPLIED |"
            + " RENEW_TOKEN",
        "UNAVAILABLE        | etcdserver: leader changed                       | UNKNOWN     |"
            + " RESEND",
        "UNAVAILABLE        | etcdserver: request timed out                    | UNKNOWN     |"
            + " RESEND",
        "UNAVAILABLE        | etcdserver: request timed out, possibly due to connection lost |"
            + " UNKNOWN | RESEND",
        "UNAVAILABLE        | etcdserver: server stopped                       | UNKNOWN     |"
            + " LEAVE_MEMBER",
        "UNAVAILABLE        | Network closed for unknown reason                | UNKNOWN     |"
            + " LEAVE_MEMBER",
        "UNAVAILABLE        | Abrupt GOAWAY closed unsent stream. HTTP/2 error code: NO_ERROR |"
            + " NOT_APPLIED | LEAVE_MEMBER",
        "UNAVAILABLE        | Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR   |"
            + " NOT_APPLIED | LEAVE_MEMBER",
        "UNAVAILABLE        | Abrupt GOAWAY closed sent stream. HTTP/2 error code: INTERNAL_ERROR |"
            + " UNKNOWN | LEAVE_MEMBER",
        "UNAVAILABLE        | RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM     |"
            + " NOT_APPLIED | LEAVE_MEMBER",
        "DEADLINE_EXCEEDED  | context deadline exceeded                        | UNKNOWN     |"
            + " BACK_OFF",
        "CANCELLED          | etcdserver: request canceled                     | UNKNOWN     |"
            + " BACK_OFF",
        "UNKNOWN            | something new                                    | UNKNOWN     |"
            + " BACK_OFF",
        "INTERNAL           | RST_STREAM closed stream                         | UNKNOWN     |"
            + " BACK_OFF",
        "OUT_OF_RANGE       | etcdserver: mvcc: required revision has been compacted | REFUSED |"
            + " NONE",
        "INVALID_ARGUMENT   | etcdserver: request is too large                 | REFUSED     |"
            + " NONE",
        "RESOURCE_EXHAUSTED | grpc: received message larger than max (3 vs. 2) | REFUSED     |"
            + " NONE",
        "RESOURCE_EXHAUSTED | etcdserver: mvcc: database space exceeded        |"
            + " REFUSED_PERHAPS_APPLIED | NONE",
        "PERMISSION_DENIED  | etcdserver: permission denied                    | REFUSED     |"
            + " NONE",
        "NOT_FOUND          | etcdserver: requested lease not found            | REFUSED     |"
            + " NONE",
        "UNIMPLEMENTED      | unknown service etcdserverpb.KV                  | REFUSED     | NONE"
      })
  void classify_everyKind_saysWhatIsKnownAndWhatHelps(
      Status.Code code, String description, Certainty certainty, Remedy remedy) {
    Failure failure = GrpcErrors.classify(code.toStatus().withDescription(description));

    assertThat(failure.certainty()).isEqualTo(certainty);
    assertThat(failure.remedy()).isEqualTo(remedy);
  }

  @Test
  void classify_everyCodeWithoutText_isNeverTakenForCertainlyNotApplied() {
    assertThat(Arrays.stream(Status.Code.values()))
        .filteredOn(code -> code != Status.Code.UNAUTHENTICATED)
        .extracting(code -> GrpcErrors.classify(code.toStatus()).certainty())
        .doesNotContain(Certainty.NOT_APPLIED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "etcdserver: too many operations in txn request | 129 operations or compares; the limit is"
            + " 128",
        "etcdserver: request is too large               | 2000000 bytes; the limit is 1.5 MiB",
        "etcdserver: duplicate key given in txn request | changes a key twice",
        "etcdserver: mvcc: database space exceeded      | quota",
        "etcdserver: key is not provided                | a key is empty",
        "etcdserver: requested lease not found          | expired or was revoked",
        "etcdserver: lease already exists               | in use",
        "etcdserver: too large lease TTL                | 9000000000 s",
        "etcdserver: corrupt cluster                    | corrupt cluster"
      })
  void refusal_ofARequest_saysWhatWasWrongAndWhatWouldBeRight(String description, String part) {
    assertThat(refusal(Status.INVALID_ARGUMENT.withDescription(description)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(TRANSACTION.text())
        .hasMessageContaining(part);
  }

  @Test
  void refusal_ofAMessageThatIsTooLongForTheTransport_saysTheLimit() {
    assertThat(
            refusal(
                Status.RESOURCE_EXHAUSTED.withDescription(
                    "grpc: received message larger than max (3000000 vs. 2097152)")))
        .hasMessageContaining("2000000 bytes")
        .hasMessageContaining("--max-request-bytes");
  }

  @Test
  void refusal_ofAUser_hasItsOwnKind() {
    assertThat(refusal(described(Status.PERMISSION_DENIED, "etcdserver: permission denied")))
        .isInstanceOf(PermissionDeniedException.class);
    assertThat(refusal(described(Status.UNAUTHENTICATED, "etcdserver: invalid auth token")))
        .isInstanceOf(AuthenticationException.class);
    assertThat(refusal(described(Status.INVALID_ARGUMENT, "etcdserver: user name is empty")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("expected a user and a password");
    assertThat(
            refusal(
                described(
                    Status.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted")))
        .isInstanceOf(CompactedException.class);
  }

  @Test
  void handshakeFailure_deepInTheCauses_isFound() {
    CertificateExpiredException expired = new CertificateExpiredException("yesterday");
    Status status =
        Status.UNAVAILABLE.withCause(
            new IllegalStateException(new SSLHandshakeException("no").initCause(expired)));

    assertThat(GrpcErrors.handshakeFailure(status)).containsInstanceOf(SSLHandshakeException.class);
    assertThat(GrpcErrors.handshakeFailure(Status.UNAVAILABLE)).isEmpty();
  }

  @Test
  void detail_ofAFailure_isOneLineWithTheRootCause() {
    Status status =
        Status.UNAVAILABLE
            .withDescription("io exception\nChannel Pipeline: [a, b]")
            .withCause(new IllegalStateException("outer", new IllegalStateException("refused")));

    assertThat(GrpcErrors.classify(status).detail())
        .isEqualTo("UNAVAILABLE: io exception (refused)");
  }

  private static Status described(Status status, String description) {
    return status.withDescription(description);
  }

  private static RefusedException refusal(Status status) {
    return GrpcErrors.refusal(status, TRANSACTION);
  }
}
