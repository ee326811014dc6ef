package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.WatchScript.broken;
import static io.coord.core.internal.grpc.WatchScript.cancelled;
import static io.coord.core.internal.grpc.WatchScript.created;
import static io.coord.core.internal.grpc.WatchScript.events;
import static io.coord.core.internal.grpc.WatchScript.put;
import static io.coord.core.internal.grpc.WatchScript.readable;
import static io.coord.core.internal.grpc.WatchScript.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.internal.store.Watch;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a watch that etcd refuses or takes away. */
class WatchHubRefusalTest extends WatchHubScenario {

  @Test
  void denied_fails_andIsNotAskedAgain() {
    watch("a", a);
    watch("b", b);

    opener.stream().answer(refused(5, WatchScript.DENIED));
    opener.stream().answer(created(0, 5));
    opener.stream().take();
    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(a.calls()).containsExactly("failed PermissionDeniedException");
    assertThat(readable(opener.stream().take())).containsExactly("create b@5");
  }

  @Test
  void denied_whenResumed_fails() {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    opener.stream().answer(refused(5, WatchScript.DENIED));

    assertThat(a.calls()).containsExactly("created 5", "failed PermissionDeniedException");
  }

  @Test
  void refused_forAnUnknownReason_fails() {
    watch("a", a);

    opener.stream().answer(refused(5, "the moon is full"));

    assertThat(a.calls()).containsExactly("failed RefusedException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        WatchScript.BAD_TOKEN,
        "rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old",
        "rpc error: code = InvalidArgument desc = etcdserver: user name is empty"
      })
  void refusedToken_reopensWithANewOneAndResumesEveryWatch(String reason) {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    watch("b", b);
    ScriptedStream<WatchRequest, WatchResponse> old = opener.stream();

    old.answer(refused(6, reason));
    assertThat(opener.renewedTokens()).isEqualTo(1);
    assertThat(old.isOpen()).isFalse();
    scheduler.advance(Duration.ZERO);

    assertThat(readable(opener.stream().take())).containsExactly("create a@5", "create b@0");
    opener.stream().answer(created(0, 7));
    opener.stream().answer(created(1, 7));
    assertThat(a.calls()).containsExactly("created 5");
    assertThat(b.calls()).containsExactly("created 7");
  }

  @Test
  void refusedToken_againAndAgain_failsAfterAWhileAndTriesNoMore() {
    watch("a", a);
    watch("b", b);
    for (int i = 0; i < 100; i++) {
      opener.stream().answer(refused(5, WatchScript.BAD_TOKEN));
      scheduler.advance(Duration.ofMillis(250));
    }

    assertThat(a.calls()).containsExactly("failed AuthenticationException");
    assertThat(b.calls()).containsExactly("failed AuthenticationException");
    assertThat(opener.renewedTokens()).isEqualTo(20);
  }

  @Test
  void refusedToken_nowAndThen_neverFails() {
    watch("a", a);
    for (int i = 0; i < 100; i++) {
      opener.stream().answer(refused(5, WatchScript.BAD_TOKEN));
      scheduler.advance(LONG);
      opener.stream().answer(created(0, 5));
      opener.stream().breakWith(broken());
      scheduler.advance(LONG);
    }

    assertThat(a.calls()).containsExactly("created 5");
  }

  @Test
  void refusedToken_ofAClosedWatch_disturbsNobody() {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    watch("b", b).close();

    opener.stream().answer(refused(5, WatchScript.BAD_TOKEN));

    assertThat(opener.stream().isOpen()).isTrue();
    assertThat(opener.renewedTokens()).isZero();
  }

  @Test
  void takenAway_withoutAReason_isAskedForAgainFromWhereItStands() {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(events(0, 8, put("a", 8)));
    opener.stream().take();

    opener.stream().answer(cancelled(0, ""));
    assertThat(opener.stream().take()).isEmpty();
    scheduler.advance(Duration.ofMillis(250));
    assertThat(readable(opener.stream().take())).containsExactly("create a@8");
    opener.stream().answer(created(1, 8));
    opener.stream().answer(events(1, 9, put("a", 9)));

    assertThat(a.calls()).containsExactly("created 5", "to 8: PUT a@8", "to 9: PUT a@9");
  }

  @Test
  void takenAway_toldTwice_isAskedForOnce() {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    opener.stream().take();

    opener.stream().answer(cancelled(0, ""));
    scheduler.advance(LONG);
    opener.stream().answer(cancelled(0, ""));
    scheduler.advance(LONG);

    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
  }

  @Test
  void takenAway_thenTheStreamBreaks_isAskedForOnce() {
    watch("a", a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(cancelled(0, ""));

    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
  }

  @Test
  void takenAway_thenClosed_isNotAskedForAgain() {
    Watch watch = watch("a", a);
    watch("b", b);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(cancelled(0, ""));
    opener.stream().take();

    watch.close();
    scheduler.advance(LONG);

    assertThat(opener.stream().take()).isEmpty();
  }

  @Test
  void takenAway_forLackOfPermission_fails() {
    watch("a", a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(cancelled(0, WatchScript.DENIED));

    assertThat(a.calls()).containsExactly("created 5", "failed PermissionDeniedException");
  }

  @Test
  void refused_asEmptyByAClosingStream_isAskedForAgain() {
    watch("a", a);

    opener.stream().answer(refused(5, "mvcc: watcher range is empty"));
    opener.stream().take();
    scheduler.advance(Duration.ofMillis(250));

    assertThat(a.calls()).isEmpty();
    assertThat(readable(opener.stream().take())).containsExactly("create a@0");
  }

  @Test
  void createdResponse_toNoRequest_makesANewStream() {
    watch("a", a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(created(1, 5));
    scheduler.advance(LONG);

    assertThat(opener.opened()).isEqualTo(2);
    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
  }
}
