package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.WatchScript.broken;
import static io.coord.core.internal.grpc.WatchScript.cancelled;
import static io.coord.core.internal.grpc.WatchScript.created;
import static io.coord.core.internal.grpc.WatchScript.delete;
import static io.coord.core.internal.grpc.WatchScript.events;
import static io.coord.core.internal.grpc.WatchScript.fragment;
import static io.coord.core.internal.grpc.WatchScript.put;
import static io.coord.core.internal.grpc.WatchScript.readable;
import static io.coord.core.internal.grpc.WatchScript.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Opening, matching and closing of watches on a stream that works. */
class WatchHubTest extends WatchHubScenario {

  private final RecordingListener c = new RecordingListener();

  @Test
  void watch_fromNow_reportsWhatFollowsTheHeaderRevision() {
    watch("a", 0, a);

    opener.stream().answer(created(0, 5));
    opener.stream().answer(events(0, 7, put("a", 6), delete("a", 7)));

    assertThat(a.calls()).containsExactly("created 5", "to 7: PUT a@6, DELETE a@7");
  }

  @Test
  void watch_fromRevision_isCreatedAtTheOneBefore() {
    watch("a", 3, a);

    opener.stream().answer(created(0, 9));

    assertThat(a.calls()).containsExactly("created 2");
  }

  @Test
  void watch_fromRevisionPastTheMember_isCreatedAtTheOneBefore() {
    watch("a", 30, a);

    opener.stream().answer(created(0, 9));

    assertThat(a.calls()).containsExactly("created 29");
  }

  @Test
  void watch_fromRevision_asksOneEarlierAndDropsWhatWasNotAskedFor() {
    watch("a", 3, a);

    assertThat(readable(opener.stream().take())).containsExactly("create a@2");
    opener.stream().answer(created(0, 9));
    opener.stream().answer(events(0, 9, delete("a", 2), put("a", 3)));

    assertThat(a.calls()).containsExactly("created 2", "to 3: PUT a@3");
  }

  @Test
  void watch_fromTheFirstRevision_doesNotAskForNow() {
    watch("a", 1, a);

    assertThat(readable(opener.stream().take())).containsExactly("create a@1");
  }

  @Test
  void watch_ofARange_asksForProgressAndFragments() {
    hub.watch(KeyRange.prefix(Bytes.utf8("a/")), 0, Changes.ALL, a);

    WatchCreateRequest request = opener.stream().take().get(0).getCreateRequest();
    assertThat(request.getKey().toStringUtf8()).isEqualTo("a/");
    assertThat(request.getRangeEnd().toStringUtf8()).isEqualTo("a0");
    assertThat(request.getProgressNotify()).isTrue();
    assertThat(request.getUnknownFields().getField(8).getVarintList()).containsExactly(1L);
  }

  @Test
  void watch_negativeRevision_isRejected() {
    assertThatThrownBy(() -> watch("a", -1, a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void watch_ofAnEmptyRange_failsWithoutAskingEtcd() {
    hub.watch(KeyRange.between(Bytes.utf8("b"), Bytes.utf8("a")), 0, Changes.ALL, a);

    assertThat(a.calls()).containsExactly("failed RefusedException");
    assertThat(opener.opened()).isZero();
  }

  @Test
  void watch_ofEverything_isNotAnEmptyRange() {
    hub.watch(KeyRange.prefix(Bytes.EMPTY), 0, Changes.ALL, a);

    assertThat(opener.opened()).isEqualTo(1);
  }

  @Test
  void watches_severalAtOnce_areMatchedInTheOrderOfTheirRequests() {
    watch("a", 0, a);
    watch("b", 0, b);
    watch("c", 0, c);
    assertThat(opener.opened()).isEqualTo(1);

    opener.stream().answer(created(0, 5));
    opener.stream().answer(refused(5, WatchScript.DENIED));
    opener.stream().answer(created(1, 6));
    opener.stream().answer(events(1, 7, put("c", 7)));
    opener.stream().answer(events(0, 8, put("a", 8)));

    assertThat(a.calls()).containsExactly("created 5", "to 8: PUT a@8");
    assertThat(b.calls()).containsExactly("failed PermissionDeniedException");
    assertThat(c.calls()).containsExactly("created 6", "to 7: PUT c@7");
  }

  @Test
  void close_beforeCreated_isSentWhenTheNumberIsKnownAndShiftsNothing() {
    Watch first = watch("a", 0, a);
    watch("b", 0, b);
    opener.stream().take();

    first.close();
    assertThat(opener.stream().take()).isEmpty();
    opener.stream().answer(created(0, 5));
    assertThat(readable(opener.stream().take())).containsExactly("cancel 0");
    opener.stream().answer(created(1, 5));
    opener.stream().answer(events(0, 6, put("a", 6)));
    opener.stream().answer(cancelled(0, ""));
    opener.stream().answer(events(1, 6, put("b", 6)));

    assertThat(a.calls()).isEmpty();
    assertThat(b.calls()).containsExactly("created 5", "to 6: PUT b@6");
  }

  @Test
  void close_beforeARefusal_tellsNobody() {
    watch("a", 0, a).close();

    opener.stream().answer(refused(5, WatchScript.DENIED));

    assertThat(a.calls()).isEmpty();
  }

  @Test
  void close_ofACreatedWatch_cancelsOnceAndDropsWhatStillComes() {
    Watch watch = watch("a", 0, a);
    opener.stream().answer(created(7, 5));
    opener.stream().take();

    watch.close();
    watch.close();
    opener.stream().answer(events(7, 6, put("a", 6)));
    opener.stream().answer(cancelled(7, ""));

    assertThat(readable(opener.stream().take())).containsExactly("cancel 7");
    assertThat(a.calls()).containsExactly("created 5");
  }

  @Test
  void close_ofAnotherWatchInACallback_silencesIt() {
    Watch second = watch("b", 0, b);
    watch("a", 0, a.atEachCall(second::close));
    opener.stream().answer(created(0, 5));
    opener.stream().answer(created(1, 5));

    opener.stream().answer(events(0, 6, put("b", 6)));
    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(b.calls()).containsExactly("created 5");
    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
  }

  @Test
  void close_ofItselfInACallback_endsIt() {
    AtomicReference<Watch> self = new AtomicReference<>();
    self.set(watch("a", 0, a.atEachCall(() -> self.get().close())));

    opener.stream().answer(created(0, 5));
    opener.stream().answer(events(0, 6, put("a", 6)));

    assertThat(a.calls()).containsExactly("created 5");
    assertThat(readable(opener.stream().take())).containsExactly("create a@0", "cancel 0");
  }

  @Test
  void watch_openedInACallback_isAskedForOnTheSameStream() {
    watch("a", 0, a.atEachCall(() -> watch("b", 0, b)));

    opener.stream().answer(created(0, 5));
    opener.stream().answer(created(1, 6));

    assertThat(opener.opened()).isEqualTo(1);
    assertThat(b.calls()).containsExactly("created 6");
  }

  @Test
  void listener_thatThrows_harmsNoOtherWatch() {
    watch(
        "a",
        0,
        a.atEachCall(
            () -> {
              throw new IllegalStateException("a bug in a listener");
            }));
    watch("b", 0, b);

    opener.stream().answer(created(0, 5));
    opener.stream().answer(created(1, 5));

    assertThat(b.calls()).containsExactly("created 5");
  }

  @Test
  void fragments_cutWithinARevision_arriveAsWholeRevisions() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(fragment(0, 9, put("a", 6), put("a", 7)));
    opener.stream().answer(fragment(0, 9, put("b", 7)));
    opener.stream().answer(fragment(0, 9, put("c", 7), put("a", 8)));
    opener.stream().answer(events(0, 9, put("b", 8), put("a", 9)));

    assertThat(a.calls())
        .containsExactly(
            "created 5",
            "to 6: PUT a@6",
            "to 7: PUT a@7, PUT b@7, PUT c@7",
            "to 9: PUT a@8, PUT b@8, PUT a@9");
  }

  @Test
  void fragments_brokenOff_areReportedAnewFromTheCutRevision() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(fragment(0, 9, put("a", 6), put("a", 7)));
    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(readable(opener.stream().take())).containsExactly("create a@6");
    opener.stream().answer(created(0, 9));
    opener.stream().answer(events(0, 9, put("a", 6), put("a", 7), put("b", 7)));

    assertThat(a.calls()).containsExactly("created 5", "to 6: PUT a@6", "to 7: PUT a@7, PUT b@7");
  }

  @Test
  void stream_afterTheLastWatch_lingersAndIsThenClosed() {
    watch("a", 0, a).close();
    ScriptedStream<WatchRequest, WatchResponse> first = opener.stream();

    scheduler.advance(Duration.ofSeconds(9));
    watch("b", 0, b).close();
    scheduler.advance(Duration.ofSeconds(9));
    assertThat(first.isOpen()).isTrue();
    assertThat(opener.opened()).isEqualTo(1);

    scheduler.advance(Duration.ofSeconds(1));
    assertThat(first.isOpen()).isFalse();
    assertThat(scheduler.armed()).isZero();

    watch("c", 0, c);
    assertThat(opener.opened()).isEqualTo(2);
  }

  @Test
  void stream_inUse_outlivesTheLinger() {
    watch("a", 0, a).close();
    watch("b", 0, b);

    scheduler.advance(LONG);

    assertThat(opener.stream().isOpen()).isTrue();
  }

  @Test
  void stream_brokenWhileLingering_isNotReopened() {
    watch("a", 0, a).close();

    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(opener.opened()).isEqualTo(1);
  }

  @Test
  void hubClose_failsEveryWatchAndLeavesNoTimer() {
    watch("a", 0, a);
    watch("b", 0, b);
    opener.stream().answer(created(0, 5));

    hub.close(new ClosedException("closed", null));
    hub.close(new ClosedException("closed again", null));
    watch("c", 0, c);

    assertThat(a.calls()).containsExactly("created 5", "failed ClosedException");
    assertThat(b.calls()).containsExactly("failed ClosedException");
    assertThat(c.calls()).containsExactly("failed ClosedException");
    assertThat(opener.stream().isOpen()).isFalse();
    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void hubClose_whileReopening_leavesNoTimer() {
    opener.delayReopening(Duration.ofSeconds(1));
    watch("a", 0, a);
    opener.stream().breakWith(broken());

    hub.close(new ClosedException("closed", null));
    scheduler.advance(LONG);

    assertThat(opener.opened()).isEqualTo(1);
    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void hubClose_watchClosedByAnothersCallback_isNotTold() {
    List<Watch> others = new ArrayList<>();
    watch("a", 0, a.atEachCall(() -> others.forEach(Watch::close)));
    others.add(watch("b", 0, b));

    hub.close(new ClosedException("closed", null));

    assertThat(a.calls()).containsExactly("failed ClosedException");
    assertThat(b.calls()).isEmpty();
  }
}
