package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.WRITE;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.AuthenticationException;
import io.coord.core.Bytes;
import io.coord.core.CoordBuilder;
import io.coord.core.PermissionDeniedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcStoreAuthTest {

  private static final String PASSWORD = "open sesame";
  private static final String WRONG = "let me in";

  private final FakeMember member = FakeMember.start(1);

  @AfterEach
  void close() {
    member.close();
  }

  @Test
  void calls_ofAUser_carryTheToken() {
    member.services().askForPassword(PASSWORD);

    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      await(store.range(READ));

      assertThat(member.tokens()).contains("token-1");
    }
  }

  @Test
  void connect_withAWrongPassword_isRefusedAtOnceWithoutTellingIt() {
    member.services().askForPassword(PASSWORD);

    Throwable failure = failure(ConnectedStore.connecting(asUser(WRONG)));

    assertThat(failure)
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("user \"app\"")
        .hasMessageNotContaining(WRONG);
    assertThat(member.services().authentications()).isEqualTo(1);
  }

  @Test
  void connect_authenticationUnansweredForLongerThanARequestMayTake_goesOnAsking() {
    Status timedOut = Status.UNAVAILABLE.withDescription("etcdserver: request timed out");
    member.services().askForPassword(PASSWORD);
    member.services().failAuthentication(timedOut);
    CompletableFuture<Store> connecting =
        ConnectedStore.connecting(asUser(PASSWORD).requestTimeout(Duration.ofMillis(200)));
    await().until(() -> member.services().authentications() > 8);

    member.services().failAuthentication(Status.OK);

    await(connecting).close();
  }

  @Test
  void calls_whenTheTokenExpires_areRepeatedWithOneNewToken() {
    member.services().askForPassword(PASSWORD);
    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      member.services().expireTokens();
      List<CompletableFuture<?>> calls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        calls.add(store.range(READ));
        calls.add(store.txn(WRITE));
      }

      calls.forEach(ConnectedStore::await);

      assertThat(member.services().authentications()).isEqualTo(2);
    }
  }

  @Test
  void call_whoseTokenIsRefusedForEver_failsAfterAFewRenewals() {
    member.services().askForPassword(PASSWORD);
    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      Status refusal = Status.UNAUTHENTICATED.withDescription("etcdserver: invalid auth token");
      member.services().failNext(refusal, refusal, refusal, refusal, refusal, refusal);

      assertThat(failure(store.range(READ))).isInstanceOf(AuthenticationException.class);

      assertThat(member.services().authentications()).isLessThan(8);
    }
  }

  @Test
  void calls_whenThePasswordWasChanged_fail() {
    member.services().askForPassword(PASSWORD);
    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      member.services().askForPassword("another");
      member.services().expireTokens();

      assertThat(failure(store.range(READ))).isInstanceOf(AuthenticationException.class);
      assertThat(failure(store.txn(WRITE))).isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void connect_asAUserOfAClusterWithoutAuthentication_works() {
    member
        .services()
        .failAuthentication(
            Status.FAILED_PRECONDITION.withDescription(
                "etcdserver: authentication is not enabled"));
    member.services().askForPassword(PASSWORD);
    member.services().askForNoToken();

    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      await(store.range(READ));

      assertThat(member.tokens()).isEmpty();
    }
  }

  @Test
  void call_withoutAUser_whereOneIsAskedFor_isRefused() {
    try (Store store = ConnectedStore.connect(ConnectedStore.to(member))) {
      member
          .services()
          .failNext(Status.INVALID_ARGUMENT.withDescription("etcdserver: user name is empty"));

      assertThat(failure(store.range(READ)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("expected a user");
    }
  }

  @Test
  void watch_withoutAUser_whereOneIsAskedFor_fails() {
    member.services().askForPassword(PASSWORD);
    try (Store store = ConnectedStore.connect(ConnectedStore.to(member))) {
      WatchOutcome outcome = new WatchOutcome();

      try (var watch = store.watch(KeyRange.single(Bytes.utf8("key")), 0, outcome)) {
        assertThat(await(outcome.failed())).isInstanceOf(AuthenticationException.class);
      }
    }
  }

  @Test
  void watch_whenTheTokenExpires_isOpenedWithANewOne() {
    member.services().askForPassword(PASSWORD);
    try (Store store = ConnectedStore.connect(asUser(PASSWORD))) {
      member.services().expireTokens();
      WatchOutcome outcome = new WatchOutcome();

      try (var watch = store.watch(KeyRange.single(Bytes.utf8("key")), 0, outcome)) {
        await(outcome.created());
      }
    }
  }

  @Test
  void call_onKeysThatTheUserMayNotTouch_isDenied() {
    try (Store store = ConnectedStore.connect(ConnectedStore.to(member))) {
      member
          .services()
          .failNext(Status.PERMISSION_DENIED.withDescription("etcdserver: permission denied"));

      CompletableFuture<RangeResult> read = store.range(READ);

      assertThat(failure(read))
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("\"key\"");
    }
  }

  @Test
  void authentication_whenAMemberIsDown_isTriedOnAnother() {
    try (FakeMember other = FakeMember.start(2)) {
      other.services().askForPassword(PASSWORD);
      member.kill();

      try (Store store =
          ConnectedStore.connect(ConnectedStore.to(member, other).credentials("app", PASSWORD))) {
        await(store.range(READ));
      }
    }
  }

  private CoordBuilder asUser(String password) {
    return ConnectedStore.to(member).credentials("app", password);
  }
}
