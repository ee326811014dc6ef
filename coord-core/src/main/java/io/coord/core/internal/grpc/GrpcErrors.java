package io.coord.core.internal.grpc;

import io.coord.core.AuthenticationException;
import io.coord.core.CompactedException;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.grpc.Failure.Certainty;
import io.coord.core.internal.grpc.Failure.Remedy;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** The one place that says what a gRPC status means. */
final class GrpcErrors {

  /**
   * How gRPC's texts begin for requests that the member has, by HTTP/2's rules, not processed.
   * Within another text they are the reason why a connection was left, and tell nothing of its
   * other calls.
   */
  private static final String REFUSED_STREAM =
      "RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM";

  private static final String GOAWAY_UNSENT = "Abrupt GOAWAY closed unsent stream";
  private static final String GOAWAY_SENT =
      "Abrupt GOAWAY closed sent stream. HTTP/2 error code: NO_ERROR";

  private GrpcErrors() {}

  static Failure classify(Status status) {
    Optional<EtcdError> known = EtcdError.of(status);
    if (known.isPresent()) {
      return new Failure(known.get().certainty(), known.get().remedy(), status);
    }
    return switch (status.getCode()) {
      case UNAVAILABLE ->
          new Failure(
              isUnprocessed(status) ? Certainty.NOT_APPLIED : Certainty.UNKNOWN,
              Remedy.LEAVE_MEMBER,
              status);
      case UNAUTHENTICATED -> new Failure(Certainty.NOT_APPLIED, Remedy.RENEW_TOKEN, status);
      case RESOURCE_EXHAUSTED ->
          isTooLarge(status)
              ? new Failure(Certainty.REFUSED, Remedy.NONE, status)
              : new Failure(Certainty.UNKNOWN, Remedy.BACK_OFF, status);
      case PERMISSION_DENIED,
          INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          NOT_FOUND,
          ALREADY_EXISTS,
          UNIMPLEMENTED,
          DATA_LOSS ->
          new Failure(Certainty.REFUSED, Remedy.NONE, status);
      case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ABORTED, INTERNAL ->
          new Failure(Certainty.UNKNOWN, Remedy.BACK_OFF, status);
    };
  }

  private static boolean isUnprocessed(Status status) {
    String text = status.getDescription();
    return text != null
        && (text.startsWith(REFUSED_STREAM)
            || text.startsWith(GOAWAY_UNSENT)
            || text.startsWith(GOAWAY_SENT));
  }

  private static boolean isTooLarge(Status status) {
    String text = status.getDescription();
    return text != null && text.contains("received message larger than max");
  }

  /**
   * The exception for a request that etcd refused.
   *
   * @param call what was asked, for the message
   */
  static RefusedException refusal(Status status, CallSubject call) {
    String what = "etcd refused the " + call.text() + ": ";
    StatusException cause = status.asException();
    Optional<EtcdError> known = EtcdError.of(status);
    if (known.isEmpty()) {
      return unlisted(status, call, what, cause);
    }
    return switch (known.get()) {
      case PERMISSION_DENIED -> permissionDenied(what, cause);
      case WRONG_PASSWORD, USER_NOT_FOUND ->
          new AuthenticationException(what + "the user or the password is wrong", cause);
      case AUTH_NOT_ENABLED ->
          new AuthenticationException(
              what + "authentication is not enabled in the cluster; expected no user", cause);
      case INVALID_TOKEN, OLD_AUTH_REVISION, OLD_AUTH_HEADER ->
          new AuthenticationException(what + "the token is not valid", cause);
      case USER_EMPTY ->
          new AuthenticationException(
              what + "the cluster asks for authentication; expected a user and a password", cause);
      case COMPACTED ->
          new CompactedException(
              what + "the revision has been compacted away; expected a newer one", cause);
      case LEASE_NOT_FOUND ->
          new LeaseNotFoundException(what + reason(known.get(), status, call), cause);
      default -> new RefusedException(what + reason(known.get(), status, call), cause);
    };
  }

  private static RefusedException unlisted(
      Status status, CallSubject call, String what, StatusException cause) {
    if (isTooLarge(status)) {
      return new RefusedException(what + tooLarge(call), cause);
    }
    return switch (status.getCode()) {
      case PERMISSION_DENIED -> permissionDenied(what, cause);
      case UNAUTHENTICATED -> new AuthenticationException(what + status.getDescription(), cause);
      case UNIMPLEMENTED ->
          new RefusedException(
              what + status.getDescription() + "; expected the endpoint of an etcd 3.4 or newer",
              cause);
      default -> new RefusedException(what + status.getDescription(), cause);
    };
  }

  private static PermissionDeniedException permissionDenied(String what, StatusException cause) {
    return new PermissionDeniedException(
        what + "permission denied; expected a role of the user that permits it", cause);
  }

  private static String reason(EtcdError error, Status status, CallSubject call) {
    return switch (error) {
      case TOO_MANY_OPERATIONS ->
          "it has "
              + call.operations()
              + " operations or compares; the limit is 128 unless etcd is run with --max-txn-ops";
      case TOO_LARGE -> tooLarge(call);
      case DUPLICATE_KEY -> "it changes a key twice; expected each key at most once";
      case NO_SPACE ->
          "the database has reached its quota; expected it to be compacted and"
              + " defragmented, then its alarm disarmed, or a larger --quota-backend-bytes";
      case EMPTY_KEY -> "a key is empty; expected at least one byte";
      case LEASE_NOT_FOUND -> "the lease does not exist; it has expired or was revoked";
      case LEASE_EXISTS -> "the lease's number is in use; expected one chosen at random";
      case LEASE_TTL_TOO_LARGE -> "the time to live is too long; the limit is 9000000000 s";
      default -> String.valueOf(status.getDescription());
    };
  }

  private static String tooLarge(CallSubject call) {
    return "it has "
        + call.size()
        + " bytes; the limit is 1.5 MiB unless etcd is run with --max-request-bytes";
  }

  /** Whether the member works, but wants to know who asks, or does not like who asks. */
  static boolean isAboutTheUser(Status status) {
    Optional<EtcdError> known = EtcdError.of(status);
    return status.getCode() == Status.Code.PERMISSION_DENIED
        || status.getCode() == Status.Code.UNAUTHENTICATED
        || (known.isPresent() && known.get().remedy() == Remedy.RENEW_TOKEN);
  }

  /** The failure of a TLS handshake that is behind a status, if one is. */
  static Optional<Throwable> handshakeFailure(Status status) {
    for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
      if (t instanceof SSLException || t instanceof GeneralSecurityException) {
        return Optional.of(t);
      }
    }
    return Optional.empty();
  }
}
