package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.CountDownLatch;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The latch on the simulated store. */
class CountDownLatchTest {

  private static final Duration A_MOMENT = Duration.ofMillis(300);

  /** What callbacks take; a broken watch is opened again later. */
  private static final Duration SOON = Duration.ofMillis(5);

  private static final int RUNS = 200;

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final CountDownLatch latch = CountDownLatch.of(a, "work");
  private final CountDownLatch other = CountDownLatch.of(etcd.coord("b"), "work");

  /** All but the markers of changes. */
  private static List<String> keys(SimulatedEtcd etcd) {
    return etcd.keys(KeyRange.prefix(Bytes.EMPTY)).stream()
        .map(kv -> kv.key().utf8())
        .filter(key -> !key.startsWith("__coord/barriers/"))
        .toList();
  }

  private CompletableFuture<Void> waiting(CountDownLatch of) {
    CompletableFuture<Void> waiter = of.awaitAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  @Test
  void await_nothingAdded_returnsAtOnce() {
    etcd.await(latch.awaitAsync());

    assertThat(etcd.await(latch.countAsync())).isZero();
  }

  @Test
  void countDown_toZero_letsAllWaitersOfAllClientsGoOnAndLeavesNoKey() {
    etcd.await(latch.addAsync(3));
    List<CompletableFuture<Void>> waiters = List.of(waiting(latch), waiting(other), waiting(other));

    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(2);
    assertThat(etcd.await(other.countDownAsync())).isEqualTo(1);
    etcd.runFor(A_MOMENT);
    assertThat(waiters).noneMatch(CompletableFuture::isDone);
    assertThat(etcd.await(other.countAsync())).isEqualTo(1);
    assertThat(etcd.await(other.countDownAsync())).isZero();

    waiters.forEach(etcd::await);
    etcd.runFor(A_MOMENT);
    assertThat(keys(etcd)).isEmpty();
  }

  @Test
  void countDown_watchHasNotHeardOfIt_waitersOfThatProcessGoOnWithItsAnswer() {
    etcd.await(latch.addAsync(2));
    CompletableFuture<Void> here = waiting(latch);
    etcd.await(latch.countDownAsync());
    etcd.faults().partition("b");
    CompletableFuture<Void> there = other.awaitAsync();
    etcd.faults().breakWatches("a");
    etcd.runFor(SOON);
    assertThat(here).isNotDone();

    etcd.await(latch.countDownAsync());

    etcd.runFor(SOON);
    assertThat(here).isDone();
    etcd.faults().heal("b");
    etcd.await(there);
  }

  @Test
  void add_whileSomebodyWaits_raisesTheCount() {
    etcd.await(latch.addAsync(1));
    CompletableFuture<Void> waiter = waiting(other);
    assertThat(etcd.await(other.addAsync(2))).isEqualTo(3);
    etcd.await(latch.countDownAsync());
    etcd.await(latch.countDownAsync());
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();

    etcd.await(latch.countDownAsync());
    etcd.await(waiter);
  }

  @Test
  void countDown_atZero_isAMistakeAndChangesNothing() {
    assertThatThrownBy(() -> etcd.await(latch.countDownAsync()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("work is 0");
    assertThat(keys(etcd)).isEmpty();
  }

  @Test
  void countDown_replyLost_countsOnce() {
    etcd.await(latch.addAsync(5));
    etcd.faults().loseReply("a", RequestKind.TXN);

    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(4);

    assertThat(etcd.await(other.countAsync())).isEqualTo(4);
  }

  @Test
  void countDown_requestCarriedOutLongAfterItsAnswerWasGivenUp_countsOnce() {
    etcd.await(latch.addAsync(5));
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(20));

    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(4);
    etcd.runFor(Duration.ofSeconds(60));

    assertThat(etcd.await(other.countAsync())).isEqualTo(4);
  }

  @Test
  void countDown_ofManyInAStorm_countsEachExactlyOnce() {
    SeedSweep.of(RUNS).run(SimulatedFaults.lossy(), CountDownLatchTest::countDownTogether);
  }

  private static void countDownTogether(SimulatedEtcd etcd) {
    CountDownLatch first = CountDownLatch.of(etcd.coord("a"), "work");
    CountDownLatch second = CountDownLatch.of(etcd.coord("b"), "work");
    etcd.await(first.addAsync(20));
    CompletableFuture<Void> waiter = second.awaitAsync();
    List<Long> counts = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      List<CompletableFuture<Long>> downs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        downs.add((i % 2 == 0 ? first : second).countDownAsync());
      }
      downs.forEach(down -> counts.add(etcd.await(down)));
    }

    assertThat(counts).hasSize(20).doesNotHaveDuplicates().contains(0L, 19L);
    etcd.await(waiter);
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("work")))).isEmpty();
  }

  @Test
  void countDown_byManyOfTwoProcessesAtOnce_takesFewCommits() {
    etcd.await(latch.addAsync(200));
    long before = etcd.revision();
    List<CompletableFuture<Long>> downs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      downs.add(latch.countDownAsync());
      downs.add(other.countDownAsync());
    }
    List<Long> counts = new ArrayList<>();
    downs.forEach(down -> counts.add(etcd.await(down)));

    assertThat(counts).doesNotHaveDuplicates().contains(0L, 199L);
    assertThat(etcd.revision() - before).as("with the markers").isLessThan(20);
  }

  @Test
  void countDown_ofTwoHandlesOfAProcess_shareTransactions() {
    etcd.await(latch.addAsync(20));
    etcd.await(other.countAsync());
    CountDownLatch same = CountDownLatch.of(a, "work");
    long before = etcd.revision();
    List<CompletableFuture<Long>> downs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      downs.add(latch.countDownAsync());
      downs.add(same.countDownAsync());
    }
    downs.forEach(etcd::await);

    assertThat(etcd.revision() - before).isEqualTo(1);
  }

  @Test
  void countDown_toZeroAndAddedToAtOnce_letsTheWaitersGoOn() {
    etcd.await(latch.addAsync(2));
    CompletableFuture<Void> waiter = waiting(other);
    List<CompletableFuture<Long>> changes =
        List.of(
            latch.countDownAsync(),
            latch.countDownAsync(),
            latch.addAsync(3),
            latch.countDownAsync());

    assertThat(changes.stream().map(etcd::await)).containsExactly(1L, 0L, 3L, 2L);
    etcd.await(waiter);
    assertThat(etcd.await(other.countAsync())).isEqualTo(2);
  }

  @Test
  void countDown_oneTooManyAmongOthers_failsAlone() {
    etcd.await(latch.addAsync(1));
    CompletableFuture<Long> last = latch.countDownAsync();
    CompletableFuture<Long> tooMany = latch.countDownAsync();
    CompletableFuture<Long> more = latch.addAsync(5);

    assertThat(etcd.await(last)).isZero();
    assertThatThrownBy(() -> etcd.await(tooMany)).isInstanceOf(IllegalStateException.class);
    assertThat(etcd.await(more)).isEqualTo(5);
  }

  @Test
  void countDown_addedToByAnotherSinceItWasZeroHere_counts() {
    etcd.await(latch.addAsync(1));
    etcd.await(latch.countDownAsync());
    etcd.await(other.addAsync(3));

    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(2);
  }

  @Test
  void countDown_manyWhileEtcdIsDown_failInTimeAndDoNotCount() {
    etcd.await(latch.addAsync(9));
    etcd.faults().stopServer();
    List<CompletableFuture<Long>> downs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      downs.add(latch.countDownAsync());
    }
    etcd.runFor(a.config().requestTimeout().multipliedBy(2));
    assertThat(downs).allMatch(CompletableFuture::isCompletedExceptionally);
    etcd.faults().startServer();

    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(8);
  }

  @Test
  void countDown_behindOneWhoseAnswerIsLost_doesNotWaitForThat() {
    etcd.await(latch.addAsync(9));
    CompletableFuture<Long> first = latch.countDownAsync();
    long revision = etcd.revision();
    etcd.await(() -> etcd.revision() > revision);
    etcd.faults().stopServer();
    List<CompletableFuture<Long>> behind = List.of(latch.countDownAsync(), latch.countDownAsync());
    etcd.runFor(a.config().requestTimeout().plusSeconds(1));

    assertThat(first).isNotDone();
    for (CompletableFuture<Long> down : behind) {
      assertThatThrownBy(() -> etcd.await(down))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("was not changed");
    }
    etcd.faults().startServer();
    assertThat(etcd.await(first)).isEqualTo(8);
    assertThat(etcd.await(latch.countDownAsync())).isEqualTo(7);
  }

  @Test
  void countDown_sentBehindAnotherAndItsAnswerIsLost_countsOnce() {
    etcd.await(latch.addAsync(9));
    CompletableFuture<Long> first = latch.countDownAsync();
    long revision = etcd.revision();
    etcd.await(() -> etcd.revision() > revision);
    CompletableFuture<Long> sent = latch.countDownAsync();
    etcd.await(first);
    etcd.faults().stopServer();
    etcd.runFor(a.config().requestTimeout().plusSeconds(1));
    assertThat(sent).isNotDone();
    etcd.faults().startServer();

    assertThat(etcd.await(sent)).isEqualTo(7);
    assertThat(etcd.await(other.countAsync())).isEqualTo(7);
  }

  @Test
  void countDown_leftBehindByItsGroupWhoseAnswerIsLost_doesNotWaitForThat() {
    Duration timeout = a.config().requestTimeout();
    etcd.await(latch.addAsync(9));
    CompletableFuture<Long> first = latch.countDownAsync();
    long revision = etcd.revision();
    etcd.await(() -> etcd.revision() > revision);
    CompletableFuture<Long> last = latch.countDownAsync();
    CompletableFuture<Long> left = latch.countDownAsync();
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.await(first);
    etcd.faults().partition("a");
    for (int i = 0; i < 7; i++) {
      etcd.await(other.countDownAsync());
    }
    etcd.runFor(timeout.plusSeconds(1));
    assertThat(left).isNotDone();

    // The two were sent together, and now only one of them can be made.
    etcd.faults().heal("a");
    etcd.await(() -> keys(etcd).isEmpty());
    etcd.faults().stopServer();
    etcd.runFor(timeout.plusSeconds(1));

    assertThat(last).isNotDone();
    assertThatThrownBy(() -> etcd.await(left))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("was not changed");
    etcd.faults().startServer();
    assertThat(etcd.await(last)).isZero();
  }

  @Test
  void await_watchBreaksAndIsCompacted_neverOpensBeforeZero() {
    etcd.await(latch.addAsync(4));
    CompletableFuture<Void> waiter = waiting(other);
    for (int i = 0; i < 3; i++) {
      etcd.faults().breakWatches("b");
      etcd.await(latch.countDownAsync());
      etcd.faults().compact();
      etcd.runFor(A_MOMENT);
      assertThat(waiter).isNotDone();
    }

    etcd.await(latch.countDownAsync());
    etcd.await(waiter);
  }

  @Test
  void countDown_closedWhileItsAnswerIsOnTheWay_doesNotSayThatItDidNotCount() {
    etcd.await(latch.addAsync(2));
    CompletableFuture<Long> sent = latch.countDownAsync();
    KeyRange key = KeyRange.single(Bytes.utf8("work"));
    etcd.await(() -> etcd.keys(key).get(0).value().equals(Bytes.utf8("1")));
    CompletableFuture<Long> notSent = latch.countDownAsync();

    a.close();

    assertThatThrownBy(() -> etcd.await(sent)).isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> etcd.await(notSent)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(latch.countDownAsync()))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void await_timeOver_givesFalse() {
    etcd.await(latch.addAsync(1));

    assertThat(etcd.await(other.awaitAsync(Duration.ofSeconds(1)))).isFalse();
  }

  @Test
  void add_lessThanOne_isRefusedWithTheValue() {
    assertThatThrownBy(() -> latch.addAsync(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("add 0");
  }

  @Test
  void add_beyondWhatALongHolds_isRefused() {
    etcd.await(latch.addAsync(Long.MAX_VALUE));

    assertThatThrownBy(() -> etcd.await(latch.addAsync(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cannot be raised");
  }

  @Test
  void count_ofAKeyThatHoldsSomethingElse_saysWhatItHolds() {
    TxnRequest put = TxnRequest.of(Op.put(Bytes.utf8("work"), Bytes.utf8("many")));
    etcd.await(etcd.client("stranger").txn(put));

    assertThatThrownBy(() -> etcd.await(latch.countAsync()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"many\"");
    assertThatThrownBy(() -> etcd.await(latch.countDownAsync()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void of_emptyName_isRefused() {
    assertThatThrownBy(() -> CountDownLatch.of(a, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latch");
  }
}
