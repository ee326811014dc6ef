package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The read-write mutex on the simulated store, while something breaks. */
class RWMutexFaultsTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(2);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Coord c = etcd.coord("c");

  private RWMutex mutex(Coord coord) {
    return RWMutex.of(session(coord), "prices");
  }

  private Session session(Coord coord) {
    return etcd.await(coord.openSessionAsync(TTL));
  }

  private <H> CompletableFuture<H> waiting(CompletableFuture<H> waiter) {
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("prices/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private void deleteByHand(String side) {
    keys().stream()
        .filter(key -> key.startsWith(side))
        .map(Bytes::utf8)
        .forEach(etcd.faults()::deleteKey);
  }

  @Test
  void writer_sessionDies_readersBehindGetItWithinTheTtl() {
    LockHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<LockHold> reader = waiting(mutex(b).readLock().lockAsync());
    Duration cut = etcd.now();
    etcd.faults().partition("a");
    etcd.await(() -> !writer.isHeld() || reader.isDone());

    assertThat(reader).isNotDone();
    etcd.await(reader);
    assertThat(etcd.now().minus(cut)).isLessThan(TTL.plusSeconds(2));
  }

  @Test
  void readers_oneDies_writerBehindGetsItWithinTheTtlAndNotWhileTheOtherReads() {
    etcd.await(mutex(a).readLock().lockAsync());
    LockHold living = etcd.await(mutex(b).readLock().lockAsync());
    CompletableFuture<WriteHold> writer = waiting(mutex(c).writeLock().lockAsync());
    etcd.faults().kill("a");
    etcd.runFor(TTL.multipliedBy(2));

    assertThat(writer).isNotDone();
    etcd.await(living.releaseAsync());
    etcd.await(writer);
  }

  @Test
  void lock_sessionClosed_failsAndLeavesNoKey() {
    Session session = session(a);
    RWMutex mutex = RWMutex.of(session, "prices");
    etcd.await(session.closeAsync());

    assertThatThrownBy(() -> etcd.await(mutex.readLock().lockAsync()))
        .isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> etcd.await(mutex.writeLock().lockAsync()))
        .isInstanceOf(ClosedException.class);
    assertThat(keys()).isEmpty();
  }

  @Test
  void close_ofTheConnection_endsWaitsAndLeavesNoKey() {
    etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<LockHold> reader = waiting(mutex(a).readLock().lockAsync());
    CompletableFuture<WriteHold> writer = waiting(mutex(a).writeLock().lockAsync());
    etcd.close(a);
    etcd.runFor(A_MOMENT);

    assertThat(reader).isCompletedExceptionally();
    assertThat(writer).isCompletedExceptionally();
    assertThat(keys()).isEmpty();
  }

  @Test
  void writeLock_replyLost_isAcquiredOnce() {
    RWMutex mutex = mutex(a);
    etcd.faults().loseReply("a", RequestKind.TXN);
    LockHold hold = etcd.await(mutex.writeLock().lockAsync());

    assertThat(hold.isHeld()).isTrue();
    assertThat(keys()).hasSize(2);
    etcd.await(hold.releaseAsync());
    assertThat(keys()).isEmpty();
  }

  @Test
  void release_replyLost_doesNotReleaseTheNext() {
    LockHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> next = waiting(mutex(b).writeLock().lockAsync());
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(writer.releaseAsync());
    etcd.await(next);
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(next.join().isHeld()).isTrue();
  }

  @Test
  void writer_keyDeletedByHand_isLostAndLeavesNothingInTheWayOfTheNext() {
    WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> next = waiting(mutex(b).writeLock().lockAsync());
    etcd.runFor(Duration.ofSeconds(1));
    etcd.faults().deleteKey(Bytes.utf8(writer.key()));
    etcd.await(next);

    assertThat(etcd.await(writer.lost().toCompletableFuture()).reason())
        .isEqualTo(HoldLoss.Reason.KEY_DELETED);
    assertThat(writer.isHeld()).isFalse();
    assertThat(etcd.await(writer.releaseAsync())).isEqualTo(Release.HAD_BEEN_LOST);
    assertThatThrownBy(writer::downgradeAsync).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void downgradeAsync_replyLost_readsOnAndLetsReadersIn() {
    WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> other = waiting(mutex(b).writeLock().lockAsync());
    etcd.faults().loseReply("a", RequestKind.TXN);
    LockHold reader = etcd.await(writer.downgradeAsync());
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(reader.isHeld()).isTrue();
    assertThat(other).isNotDone();
    etcd.await(reader.releaseAsync());
    etcd.await(other);
  }

  @Test
  void downgradeAsync_deletionAppliedLongAfter_changesNothing() {
    WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(20));
    LockHold reader = etcd.await(writer.downgradeAsync());
    CompletableFuture<WriteHold> other = waiting(mutex(b).writeLock().lockAsync());
    etcd.runFor(Duration.ofSeconds(30));

    assertThat(reader.isHeld()).isTrue();
    assertThat(other).isNotDone();
  }

  /**
   * Else its read key would stand there for as long as the session lives, and the writer behind it.
   */
  @Test
  void lockAsync_replyOfAWriterLostAndItsKeyDeletedByHandMeanwhile_isAcquiredAndLeavesNoKey() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<WriteHold> writer = RWMutex.of(session, "prices").writeLock().lockAsync();
    etcd.await(() -> keys().size() == 2);
    deleteByHand("prices/write/");
    WriteHold hold = etcd.await(writer);
    etcd.await(hold.releaseAsync());

    assertThat(keys()).isEmpty();
    assertThat(session.isActive()).isTrue();
  }

  @Test
  void lockAsync_cancelledAfterItsReplyWasLostAndItsKeyDeletedByHand_leavesNoKey() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<WriteHold> writer = RWMutex.of(session, "prices").writeLock().lockAsync();
    etcd.await(() -> keys().size() == 2);
    deleteByHand("prices/write/");
    writer.cancel(true);
    etcd.await(() -> keys().isEmpty());

    assertThat(session.isActive()).isTrue();
  }

  @Test
  void downgradeAsync_sessionLostMeanwhile_failsAndTheNextWriterGetsIt() {
    WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> next = waiting(mutex(b).writeLock().lockAsync());
    etcd.faults().partition("a");
    CompletableFuture<LockHold> reader = writer.downgradeAsync();
    etcd.await(next);

    assertThatThrownBy(() -> etcd.await(reader)).isInstanceOf(SessionLostException.class);
  }

  @Test
  void downgradeAsync_keysDeletedByHand_failsClearly() {
    for (String side : List.of("prices/read/", "prices/write/")) {
      WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
      deleteByHand(side);

      assertThatThrownBy(() -> etcd.await(writer.downgradeAsync()))
          .isInstanceOf(KeyDeletedException.class)
          .hasMessageContaining(side);
    }
  }

  @Test
  void downgradeAsync_cancelled_leavesNoKey() {
    WriteHold writer = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> next = waiting(mutex(b).writeLock().lockAsync());
    writer.downgradeAsync().cancel(true);
    etcd.await(next);
    etcd.await(next.join().releaseAsync());

    assertThat(keys()).isEmpty();
  }

  @Test
  void wait_acrossCompactionAndBrokenWatches_goesOn() {
    LockHold reader = etcd.await(mutex(a).readLock().lockAsync());
    CompletableFuture<WriteHold> writer = waiting(mutex(b).writeLock().lockAsync());
    CompletableFuture<LockHold> behind = waiting(mutex(c).readLock().lockAsync());
    for (int i = 0; i < 5; i++) {
      etcd.faults().breakWatches("b");
      etcd.faults().breakWatches("c");
      etcd.await(etcd.client("other" + i).txn(TxnRequest.of(Op.put(Bytes.utf8("x"), Bytes.EMPTY))));
      etcd.faults().compact();
      etcd.runFor(Duration.ofSeconds(1));
    }
    etcd.await(reader.releaseAsync());
    etcd.await(etcd.await(writer).releaseAsync());
    etcd.await(behind);
  }
}
