package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.KeyDeletedException;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A member that waits for the others, and whose key goes: with its session, or by hand. */
class DoubleBarrierLostKeyTest extends DoubleBarrierScenario {

  private static final KeyRange WAITERS = KeyRange.prefix(Bytes.utf8("team/waiters/"));
  private static final Duration LONG_TTL = Duration.ofSeconds(60);

  private final Session session = session(a);
  private final CompletableFuture<Void> entering =
      waiting(DoubleBarrier.of(session, "team", 2).enterAsync());

  private void deleteItsKey() {
    etcd.await(stranger.txn(TxnRequest.of(Op.delete(WAITERS))));
  }

  private void twoOthersEnter() {
    CompletableFuture<Void> second = member(b, 2).enterAsync();
    etcd.await(member(c, 2).enterAsync());
    etcd.await(second);
  }

  @Test
  void enter_keyDeletedAndTwoOthersWentIn_isNotIn() {
    deleteItsKey();
    twoOthersEnter();

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(KeyDeletedException.class);
  }

  @Test
  void enter_keyDeletedAndTwoOthersWentInWhileCutOff_isNotIn() {
    CompletableFuture<Void> waiting =
        waiting(DoubleBarrier.of(etcd.await(a.openSessionAsync(LONG_TTL)), "crew", 2).enterAsync());
    etcd.faults().partition("a");
    etcd.await(
        stranger.txn(TxnRequest.of(Op.delete(KeyRange.prefix(Bytes.utf8("crew/waiters/"))))));
    CompletableFuture<Void> second = DoubleBarrier.of(session(b), "crew", 2).enterAsync();
    etcd.await(DoubleBarrier.of(session(c), "crew", 2).enterAsync());
    etcd.await(second);
    etcd.faults().heal("a");

    assertThatThrownBy(() -> etcd.await(waiting)).isInstanceOf(KeyDeletedException.class);
  }

  /** What it says of all being there arrives late, and is not so any more. */
  @Test
  void enter_lastOnesKeyDeletedAsItAnnouncedThem_theOthersWaitOn() {
    CompletableFuture<Void> last = member(b, 2).enterAsync();
    etcd.await(() -> keysOfWaiters() == 2);
    delayNextTransaction("b");
    etcd.runFor(Duration.ofMillis(100));
    etcd.await(stranger.txn(TxnRequest.of(Op.delete(newestWaiter()))));

    assertThatThrownBy(() -> etcd.await(last)).isInstanceOf(KeyDeletedException.class);
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(entering).isNotDone();
    etcd.await(member(c, 2).enterAsync());
    etcd.await(entering);
  }

  private int keysOfWaiters() {
    return etcd.keys(WAITERS).size();
  }

  private KeyRange newestWaiter() {
    return KeyRange.single(
        etcd.keys(WAITERS).stream()
            .max(Comparator.comparingLong(KeyValue::createRevision))
            .orElseThrow()
            .key());
  }

  @Test
  void enter_processStoppedForLongerThanItsTtlAndTwoOthersWentIn_isNotIn() {
    etcd.faults().pause("a");
    etcd.runFor(TTL.plusSeconds(10));
    twoOthersEnter();
    etcd.faults().resume("a");

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(SessionLostException.class);
  }

  /** Its key was there when all came; the session's end is noticed with the same answer. */
  @Test
  void enter_allCameWhileItsProcessWasStoppedForLongerThanItsTtl_isNotIn() {
    etcd.faults().pause("a");
    etcd.await(member(b, 2).enterAsync());
    etcd.runFor(TTL.plusSeconds(10));
    etcd.faults().resume("a");

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(SessionLostException.class);
  }

  @Test
  void enter_sessionLostWhileCutOff_failsAtOnce() {
    etcd.faults().partition("a");
    etcd.await(() -> session.state() == SessionState.LOST);
    Duration lost = etcd.now();

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(SessionLostException.class);

    assertThat(etcd.now().minus(lost)).isLessThan(A_MOMENT);
  }

  @Test
  void enter_sessionClosedWhileCutOff_failsAtOnce() {
    etcd.faults().partition("a");
    CompletableFuture<Void> unused = session.closeAsync();
    Duration closed = etcd.now();

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(ClosedException.class);

    assertThat(etcd.now().minus(closed)).isLessThan(A_MOMENT);
  }
}
