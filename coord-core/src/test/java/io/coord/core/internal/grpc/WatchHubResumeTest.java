package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.WatchScript.broken;
import static io.coord.core.internal.grpc.WatchScript.compacted;
import static io.coord.core.internal.grpc.WatchScript.created;
import static io.coord.core.internal.grpc.WatchScript.events;
import static io.coord.core.internal.grpc.WatchScript.progress;
import static io.coord.core.internal.grpc.WatchScript.put;
import static io.coord.core.internal.grpc.WatchScript.readable;
import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a watch reports when its stream breaks, its member lags, or etcd compacts. */
class WatchHubResumeTest extends WatchHubScenario {

  @Test
  void break_beforeCreated_asksForNowAgain() {
    watch("a", 0, a);

    opener.stream().breakWith(broken());
    scheduler.advance(LONG);

    assertThat(readable(opener.stream().take())).containsExactly("create a@0");
    opener.stream().answer(created(0, 9));
    assertThat(a.calls()).containsExactly("created 9");
  }

  @Test
  void break_beforeAnyEvent_resumesAfterTheCreatedRevision() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
    opener.stream().answer(created(0, 9));
    opener.stream().answer(events(0, 9, put("a", 5), put("a", 6)));

    assertThat(a.calls()).containsExactly("created 5", "to 6: PUT a@6");
  }

  @Test
  void break_nextMemberIsBehindWhatWasReported_asksEtcdAsAWhole() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(events(0, 9, put("a", 8)));
    breakAndReopen();
    opener.stream().answer(created(0, 8));
    assertThat(opener.checks()).isEmpty();
    breakAndReopen();

    opener.stream().answer(created(0, 7));

    assertThat(opener.checks()).containsExactly("a@8");
  }

  /** Nobody has shown yet that there is such a revision. */
  @Test
  void break_ofAWatchThatStartsInTheFuture_asksNobody() {
    watch("a", 100, a);
    opener.stream().answer(created(0, 5));
    breakAndReopen();

    opener.stream().answer(created(0, 6));

    assertThat(opener.checks()).isEmpty();
  }

  @Test
  void break_afterEvents_resumesAfterTheLastOneNotAfterTheHeader() {
    watch("a", 3, a);
    opener.stream().answer(created(0, 90));
    opener.stream().answer(events(0, 90, put("a", 3), put("a", 4)));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@4");
    opener.stream().answer(created(0, 90));
    opener.stream().answer(events(0, 90, put("a", 4), put("a", 5)));

    assertThat(a.calls()).containsExactly("created 2", "to 4: PUT a@3, PUT a@4", "to 5: PUT a@5");
  }

  @Test
  void break_ontoALaggingMember_neverGoesBack() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(events(0, 9, put("a", 9)));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@9");
    opener.stream().answer(created(0, 7));
    opener.stream().answer(progress(0, 7));
    opener.stream().answer(events(0, 8, put("a", 8)));
    opener.stream().answer(events(0, 9, put("a", 9)));
    breakAndReopen();
    assertThat(readable(opener.stream().take())).containsExactly("create a@9");
    opener.stream().answer(created(0, 7));
    opener.stream().answer(events(0, 10, put("a", 10)));

    assertThat(a.calls()).containsExactly("created 5", "to 9: PUT a@9", "to 10: PUT a@10");
  }

  @Test
  void break_keepsTheOrderInWhichRequestsAreMatched() {
    watch("a", 0, a);
    watch("b", 0, b);
    opener.stream().answer(created(0, 5));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@5", "create b@0");
    opener.stream().answer(created(0, 6));
    opener.stream().answer(created(1, 6));
    opener.stream().answer(events(1, 7, put("b", 7)));

    assertThat(a.calls()).containsExactly("created 5");
    assertThat(b.calls()).containsExactly("created 6", "to 7: PUT b@7");
  }

  @Test
  void break_waitsAsLongAsTheOpenerSays() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    opener.delayReopening(Duration.ofMillis(300));
    opener.stream().breakWith(broken());

    watch("b", 0, b);
    scheduler.advance(Duration.ofMillis(299));
    assertThat(opener.opened()).isEqualTo(1);

    scheduler.advance(Duration.ofMillis(1));
    assertThat(readable(opener.stream().take())).containsExactly("create a@5", "create b@0");
  }

  @Test
  void break_ofAStreamThatNeverWorked_isNotRepeatedAtOnce() {
    watch("a", 0, a);
    for (int i = 0; i < 1000; i++) {
      opener.stream().breakWith(broken());
      scheduler.advance(Duration.ofMillis(1));
    }

    assertThat(opener.opened()).isBetween(15, 25);
  }

  @Test
  void break_ofAStreamThatWorked_isRepeatedAtOnce() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));

    opener.stream().breakWith(broken());
    scheduler.advance(Duration.ZERO);

    assertThat(opener.opened()).isEqualTo(2);
  }

  @Test
  void close_whileReopening_endsTheReopening() {
    opener.delayReopening(Duration.ofSeconds(1));
    Watch watch = watch("a", 0, a);
    opener.stream().breakWith(broken());

    watch.close();
    scheduler.advance(LONG);

    assertThat(opener.opened()).isEqualTo(1);
    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void break_forGood_failsEveryWatch() {
    watch("a", 0, a);
    watch("b", 0, b);

    opener.stream().breakWith(new RefusedException("wrong cluster", null));
    scheduler.advance(LONG);

    assertThat(a.calls()).containsExactly("failed RefusedException");
    assertThat(b.calls()).containsExactly("failed RefusedException");
    assertThat(opener.opened()).isEqualTo(1);
  }

  @Test
  void watch_afterABreakForGood_isAskedForAlone() {
    watch("a", 0, a);
    opener.stream().breakWith(new RefusedException("wrong cluster", null));

    watch("b", 0, b);

    assertThat(readable(opener.stream().take())).containsExactly("create b@0");
  }

  @Test
  void break_becauseClosed_failsEveryWatch() {
    watch("a", 0, a);

    opener.stream().breakWith(new ClosedException("closed", null));
    scheduler.advance(LONG);

    assertThat(a.calls()).containsExactly("failed ClosedException");
    assertThat(opener.opened()).isEqualTo(1);
  }

  @Test
  void progress_ofTheWatch_movesItsResumePoint() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(progress(0, 50));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@50");
  }

  @Test
  void progress_ofTheWholeStream_movesNothing() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(progress(-1, 50));
    breakAndReopen();

    assertThat(readable(opener.stream().take())).containsExactly("create a@5");
  }

  @Test
  void progress_belowAFutureStart_movesNothing() {
    watch("a", 30, a);
    opener.stream().answer(created(0, 9));

    opener.stream().answer(progress(0, 10));
    opener.stream().answer(events(0, 30, put("a", 11), put("a", 30)));

    assertThat(a.calls()).containsExactly("created 29", "to 30: PUT a@30");
  }

  @Test
  void compaction_ofUnreportedChanges_endsTheWatch() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    breakAndReopen();
    opener.stream().answer(created(3, 90));
    opener.stream().take();

    opener.stream().answer(compacted(3, 20));
    opener.stream().answer(events(3, 91, put("a", 91)));
    breakAndReopen();

    assertThat(a.calls()).containsExactly("created 5", "compacted 20");
    assertThat(opener.opened()).isEqualTo(2);
  }

  @Test
  void compaction_endedWatch_isReleasedOnTheMember() {
    watch("a", 0, a);
    opener.stream().answer(created(3, 5));
    opener.stream().take();

    opener.stream().answer(compacted(3, 20));

    assertThat(readable(opener.stream().take())).containsExactly("cancel 3");
  }

  @Test
  void compaction_exactlyAtTheNextRevision_mayHideADeletionAndCounts() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));

    opener.stream().answer(compacted(0, 6));

    assertThat(a.calls()).containsExactly("created 5", "compacted 6");
  }

  @Test
  void compaction_ofReportedChangesOnly_resumesTheWatch() {
    watch("a", 0, a);
    opener.stream().answer(created(0, 5));
    opener.stream().answer(progress(0, 20));
    opener.stream().take();

    opener.stream().answer(compacted(0, 20));
    assertThat(readable(opener.stream().take())).containsExactly("cancel 0", "create a@20");
    opener.stream().answer(created(1, 30));
    opener.stream().answer(events(1, 30, put("a", 21)));

    assertThat(a.calls()).containsExactly("created 5", "to 21: PUT a@21");
  }

  @Test
  void compaction_toldInARefusal_endsTheWatch() {
    watch("a", 3, a);

    opener.stream()
        .answer(WatchScript.refused(90, "compacted").toBuilder().setCompactRevision(20).build());

    assertThat(a.calls()).containsExactly("compacted 20");
  }

  @Test
  void tenThousandWatches_resumeWithOneRequestEach() {
    int count = 10_000;
    List<Watch> watches = new ArrayList<>();
    List<RecordingListener> listeners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      listeners.add(new RecordingListener());
      watches.add(watch("k" + i, 0, listeners.get(i)));
    }
    IntStream.range(0, count).forEach(i -> opener.stream().answer(created(i, 1)));
    breakAndReopen();

    assertThat(opener.stream().take()).hasSize(count);
    for (int i = 0; i < count; i++) {
      opener.stream().answer(created(i, 1));
      opener.stream().answer(events(i, i + 2, put("k" + i, i + 2)));
    }
    watches.forEach(Watch::close);

    assertThat(opener.stream().take()).hasSize(count);
    for (int i = 0; i < count; i++) {
      int revision = i + 2;
      assertThat(listeners.get(i).calls())
          .containsExactly("created 1", "to " + revision + ": PUT k" + i + "@" + revision);
    }
    assertThat(scheduler.everScheduled()).isLessThan(10);
  }
}
