package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A write hold that becomes a read hold. */
class DowngradeTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(3);
  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");

  private RWMutex mutex(Coord coord) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return RWMutex.of(session, "prices");
  }

  private <H> CompletableFuture<H> waiting(CompletableFuture<H> waiter) {
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  @Test
  void downgradeAsync_keepsOtherWritersOutAndLetsReadersIn() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<LockHold> near = waiting(mutex(a).readLock().lockAsync());
    CompletableFuture<LockHold> far = waiting(mutex(b).readLock().lockAsync());
    CompletableFuture<WriteHold> writer = waiting(mutex(b).writeLock().lockAsync());
    LockHold read = etcd.await(write.downgradeAsync());
    etcd.runFor(A_MOMENT);

    assertThat(read.isHeld()).isTrue();
    assertThat(near).isCompleted();
    assertThat(far).isCompleted();
    assertThat(writer).isNotDone();
    etcd.await(near.join().releaseAsync());
    etcd.await(far.join().releaseAsync());
    etcd.runFor(A_MOMENT);
    assertThat(writer).isNotDone();
    etcd.await(read.releaseAsync());
    assertThat(etcd.await(writer).fencingToken()).isGreaterThan(read.fencingToken());
  }

  @Test
  void downgradeAsync_cancelledBeforeTheExecutorComesToIt_leavesNoKey() {
    Queue<Runnable> callbacks = new ArrayDeque<>();
    Coord slow = CoordRuntime.over(a.config(), etcd.client("slow"), callbacks::add);
    CompletableFuture<Session> opened = slow.openSessionAsync(TTL);
    etcd.await(() -> !callbacks.isEmpty());
    callbacks.remove().run();
    CompletableFuture<WriteHold> write =
        RWMutex.of(opened.join(), "prices").writeLock().lockAsync();
    etcd.await(() -> !callbacks.isEmpty());
    callbacks.remove().run();
    CompletableFuture<LockHold> late = write.join().downgradeAsync();
    etcd.await(() -> !callbacks.isEmpty());
    assertThat(late.cancel(true)).isTrue();
    callbacks.remove().run();
    etcd.runFor(A_MOMENT);

    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("prices/")))).isEmpty();
  }

  @Test
  void downgradeAsync_writeHoldIsOverAndItsGuardRefused() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    etcd.await(a.transaction().require(write.guard()).put("row", "written").commitAsync());
    LockHold read = etcd.await(write.downgradeAsync());
    etcd.await(a.transaction().require(read.guard()).put("row", "read").commitAsync());
    etcd.runFor(A_MOMENT);

    assertThat(write.isHeld()).isFalse();
    assertThat(read.fencingToken()).isEqualTo(write.fencingToken());
    assertThatThrownBy(
            () ->
                etcd.await(a.transaction().require(write.guard()).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
    assertThat(write.lost().toCompletableFuture())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(ClosedException.class);
  }

  @Test
  void release_ofBothHolds_leavesNoKey() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    LockHold read = etcd.await(write.downgradeAsync());

    assertThat(etcd.await(write.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(read.isHeld()).isTrue();
    assertThat(etcd.await(read.releaseAsync())).isEqualTo(Release.RELEASED);
    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("prices/")))).isEmpty();
  }

  @Test
  void downgradeAsync_twiceOrAfterRelease_isRefused() {
    WriteHold downgraded = etcd.await(mutex(a).writeLock().lockAsync());
    LockHold read = etcd.await(downgraded.downgradeAsync());
    assertThatThrownBy(downgraded::downgradeAsync)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(downgraded.key());
    etcd.await(read.releaseAsync());
    WriteHold released = etcd.await(mutex(a).writeLock().lockAsync());
    etcd.await(released.releaseAsync());

    assertThatThrownBy(released::downgradeAsync).isInstanceOf(IllegalStateException.class);
  }

  private List<KeyValue> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("prices/")));
  }

  /** Readers behind may have been let in since: what was written may have been seen half done. */
  @Test
  void downgradeAsync_writeKeyJustDeletedByHand_saysSoAndLeavesNoKey() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    CompletableFuture<WriteHold> writer = waiting(mutex(b).writeLock().lockAsync());
    etcd.faults().deleteKey(Bytes.utf8(write.key()));

    assertThatThrownBy(() -> etcd.await(write.downgradeAsync()))
        .isInstanceOf(KeyDeletedException.class)
        .hasMessageContaining(write.key());
    etcd.await(etcd.await(writer).releaseAsync());
    assertThat(keys()).isEmpty();
  }

  @Test
  void downgradeAsync_atAnyMomentAfterTheWriteKeyWasDeletedByHand_givesNoHold() {
    for (int micros = 0; micros < 8_000; micros += 100) {
      WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
      etcd.runFor(A_MOMENT.multipliedBy(3));
      etcd.faults().deleteKey(Bytes.utf8(write.key()));
      etcd.runFor(Duration.ofNanos(micros * 1_000L));

      assertThatThrownBy(() -> etcd.await(write.downgradeAsync()))
          .as("%d us after it was deleted", micros)
          .isInstanceOf(KeyDeletedException.class);
      etcd.runFor(A_MOMENT);
      assertThat(keys()).as("%d us after it was deleted", micros).isEmpty();
    }
  }

  /** The first copy of the deletion was applied, and the second one finds nothing. */
  @Test
  void downgradeAsync_replyLost_givesTheReadHold() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    etcd.faults().loseReply("a", RequestKind.TXN);
    LockHold read = etcd.await(write.downgradeAsync());

    assertThat(read.isHeld()).isTrue();
    assertThat(keys()).hasSize(1);
  }

  /** Go waits for the keys whose modification revision is below that of its own. */
  @Test
  void downgradeAsync_goClientsBehind_writerStillSeesUsAndReaderDoesNot() {
    WriteHold write = etcd.await(mutex(a).writeLock().lockAsync());
    long goKey =
        etcd.await(
                etcd.client("go")
                    .txn(TxnRequest.of(Op.put(Bytes.utf8("prices/write/1700"), Bytes.EMPTY))))
            .revision();
    assertThat(seenByGo("prices/", goKey)).isNotEmpty();
    assertThat(seenByGo("prices/write", goKey)).isNotEmpty();
    LockHold read = etcd.await(write.downgradeAsync());

    assertThat(seenByGo("prices/", goKey)).isNotEmpty();
    assertThat(seenByGo("prices/write", goKey)).isEmpty();
    etcd.await(read.releaseAsync());
    assertThat(seenByGo("prices/", goKey)).isEmpty();
  }

  private List<KeyValue> seenByGo(String prefix, long ownRevision) {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(prefix))).stream()
        .filter(kv -> kv.modRevision() < ownRevision)
        .toList();
  }
}
