package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The semaphore on the simulated store, while something breaks. */
class SemaphoreFaultsTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(2);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private Semaphore semaphore(Coord coord) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return Semaphore.of(session, "downloads", 3);
  }

  private PermitHold held(Semaphore semaphore, int permits) {
    return etcd.await(semaphore.acquireAsync(permits));
  }

  private CompletableFuture<PermitHold> waiting(Semaphore semaphore, int permits) {
    CompletableFuture<PermitHold> waiter = semaphore.acquireAsync(permits);
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private List<String> keys(String below) {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("downloads/" + below))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  @Test
  void holder_dies_itsPermitsComeBackWithinTheTtl() {
    held(semaphore(a), 2);
    CompletableFuture<PermitHold> waiter = waiting(semaphore(b), 3);
    Duration killed = etcd.now();
    etcd.faults().kill("a");
    etcd.await(waiter);

    assertThat(etcd.now().minus(killed)).isLessThan(TTL.plusSeconds(2));
  }

  @Test
  void holder_sessionLost_isToldBeforeItsPermitsAreGivenOn() {
    PermitHold holder = held(semaphore(a), 3);
    CompletableFuture<PermitHold> waiter = waiting(semaphore(b), 1);
    etcd.faults().partition("a");
    etcd.await(() -> !holder.isHeld() || waiter.isDone());

    assertThat(waiter).isNotDone();
    assertThat(etcd.await(holder.lost().toCompletableFuture()).reason())
        .isEqualTo(HoldLoss.Reason.SESSION_LOST);
    etcd.await(waiter);
  }

  @Test
  void waiter_ownSessionLost_failsWhileTheHolderHolds() {
    PermitHold holder = held(semaphore(a), 3);
    CompletableFuture<PermitHold> waiter = waiting(semaphore(b), 1);
    etcd.faults().partition("b");

    assertThatThrownBy(() -> etcd.await(waiter)).isInstanceOf(SessionLostException.class);
    assertThat(holder.isHeld()).isTrue();
  }

  @Test
  void acquire_sessionClosed_failsAndLeavesNothing() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    Semaphore semaphore = Semaphore.of(session, "downloads", 3);
    etcd.await(session.closeAsync());

    assertThatThrownBy(() -> etcd.await(semaphore.acquireAsync(1)))
        .isInstanceOf(ClosedException.class);
    assertThat(keys("")).isEmpty();
  }

  @Test
  void close_ofTheConnection_endsWaitsAndLeavesOnlyTheMaximum() {
    held(semaphore(a), 3);
    CompletableFuture<PermitHold> waiter = waiting(semaphore(a), 1);
    etcd.close(a);
    etcd.runFor(A_MOMENT);

    assertThat(waiter).isCompletedExceptionally();
    assertThat(keys("")).containsExactly("downloads/limit/3");
  }

  @Test
  void acquire_replyToTheMaximumLost_acquiresOnce() {
    Semaphore semaphore = semaphore(a);
    etcd.faults().loseReply("a", RequestKind.TXN);
    PermitHold hold = held(semaphore, 1);

    assertThat(hold.isHeld()).isTrue();
    assertThat(keys("")).hasSize(2).contains("downloads/limit/3");
  }

  @Test
  void acquire_replyLost_acquiresOnce() {
    Semaphore semaphore = semaphore(a);
    held(semaphore, 1);
    etcd.faults().loseReply("a", RequestKind.TXN);
    held(semaphore, 1);

    assertThat(keys("holder/")).hasSize(2);
  }

  @Test
  void raiseMaximum_replyLostOrAppliedTwice_raisesOnce() {
    Semaphore semaphore = semaphore(a);
    held(semaphore, 1);
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(semaphore.raiseMaximumAsync(4));
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(5));
    etcd.await(semaphore.raiseMaximumAsync(5));
    etcd.await(semaphore.raiseMaximumAsync(6));
    etcd.runFor(Duration.ofSeconds(10));

    assertThat(keys("limit/")).containsExactly("downloads/limit/6");
  }

  @Test
  void limitDeletedByHandWhileInUse_clientsGoOnAsAgreedAndTheNextPutsItAgain() {
    Semaphore near = semaphore(a);
    PermitHold holder = held(near, 2);
    CompletableFuture<PermitHold> waiter = waiting(near, 3);
    etcd.faults().deleteKey(Bytes.utf8("downloads/limit/3"));
    etcd.runFor(A_MOMENT);

    assertThat(holder.isHeld()).isTrue();
    assertThat(waiter).isNotDone();
    etcd.await(holder.releaseAsync());
    etcd.await(waiter);
    waiting(semaphore(b), 1);
    assertThat(keys("limit/")).containsExactly("downloads/limit/3");
  }

  @Test
  void wait_acrossCompactionAndBrokenWatches_goesOn() {
    PermitHold holder = held(semaphore(a), 3);
    CompletableFuture<PermitHold> waiter = waiting(semaphore(b), 1);
    for (int i = 0; i < 5; i++) {
      etcd.faults().breakWatches("b");
      etcd.await(etcd.client("other" + i).txn(TxnRequest.of(Op.put(Bytes.utf8("x"), Bytes.EMPTY))));
      etcd.faults().compact();
      etcd.runFor(Duration.ofSeconds(1));
    }
    etcd.await(holder.releaseAsync());
    etcd.await(waiter);
  }
}
