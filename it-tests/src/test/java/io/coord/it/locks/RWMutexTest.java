package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.LockQueue;
import io.coord.locks.LockSide;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The read-write mutex on the simulated store: who is let in, and in what order. */
class RWMutexTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  /** Longer than callbacks take. */
  private static final Duration CALLBACKS = Duration.ofMillis(5);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);

  private final Coord a = etcd.coord("a");
  private final Coord b = etcd.coord("b");
  private final Store go = etcd.client("go");

  private RWMutex mutex(Coord coord) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return RWMutex.of(session, "prices");
  }

  private <H extends LockHold> H held(LockSide<H> side) {
    return etcd.await(side.lockAsync());
  }

  private <H extends LockHold> CompletableFuture<H> waiting(LockSide<H> side) {
    CompletableFuture<H> waiter = side.lockAsync();
    etcd.runFor(A_MOMENT);
    assertThat(waiter).isNotDone();
    return waiter;
  }

  private void release(LockHold hold) {
    etcd.await(hold.releaseAsync());
    etcd.runFor(A_MOMENT);
  }

  private List<String> keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("prices/"))).stream()
        .map(kv -> kv.key().utf8())
        .toList();
  }

  private void put(String key) {
    etcd.await(go.txn(TxnRequest.of(Op.put(Bytes.utf8(key), Bytes.EMPTY))));
  }

  private void delete(String key) {
    etcd.await(go.txn(TxnRequest.of(Op.delete(Bytes.utf8(key)))));
    etcd.runFor(A_MOMENT);
  }

  @Test
  void readLock_freeLock_isHeldAfterOneCommit() {
    LockSide<LockHold> side = mutex(a).readLock();
    long before = etcd.revision();
    LockHold hold = held(side);

    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.key()).startsWith("prices/read/");
    assertThat(etcd.revision()).isEqualTo(before + 1).isEqualTo(hold.fencingToken().value());
  }

  @Test
  void writeLock_freeLock_isHeldAfterOneCommitAndReleasedByOne() {
    LockSide<WriteHold> side = mutex(a).writeLock();
    long before = etcd.revision();
    WriteHold hold = held(side);

    assertThat(hold.isHeld()).isTrue();
    assertThat(hold.key()).startsWith("prices/write/");
    assertThat(etcd.revision()).isEqualTo(before + 1).isEqualTo(hold.fencingToken().value());
    release(hold);
    assertThat(etcd.revision()).isEqualTo(before + 2);
    assertThat(keys()).isEmpty();
  }

  @Test
  void readers_ofSeveralClients_holdTogether() {
    List<LockHold> readers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      readers.add(held(mutex(i % 2 == 0 ? a : b).readLock()));
    }

    assertThat(readers).allMatch(LockHold::isHeld);
  }

  @Test
  void writer_holdsAlone() {
    LockHold writer = held(mutex(a).writeLock());
    CompletableFuture<LockHold> reader = waiting(mutex(a).readLock());
    CompletableFuture<WriteHold> other = waiting(mutex(b).writeLock());
    release(writer);

    assertThat(reader).isCompleted();
    assertThat(other).isNotDone();
    release(reader.join());
    assertThat(other).isCompleted();
  }

  @Test
  void writer_thatWaits_isNotStarvedByLaterReaders() {
    LockHold first = held(mutex(a).readLock());
    LockHold second = held(mutex(b).readLock());
    CompletableFuture<WriteHold> writer = waiting(mutex(a).writeLock());
    CompletableFuture<LockHold> later = waiting(mutex(b).readLock());
    release(first);

    assertThat(writer).isNotDone();
    release(second);
    assertThat(writer).isCompleted();
    assertThat(later).isNotDone();
    release(writer.join());
    assertThat(later).isCompleted();
  }

  @Test
  void reader_thatWaits_isNotStarvedByLaterWriters() {
    LockHold first = held(mutex(a).writeLock());
    CompletableFuture<LockHold> reader = waiting(mutex(b).readLock());
    CompletableFuture<WriteHold> later = waiting(mutex(a).writeLock());
    release(first);

    assertThat(reader).isCompleted();
    assertThat(later).isNotDone();
    assertThat(reader.join().fencingToken()).isGreaterThan(first.fencingToken());
  }

  @Test
  void writer_thatLeaves_letsACrowdOfReadersInWithOneCommit() {
    RWMutex mutex = mutex(a);
    LockHold writer = held(mutex.writeLock());
    List<CompletableFuture<LockHold>> readers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      readers.add(mutex.readLock().lockAsync());
    }
    etcd.runFor(A_MOMENT);
    long before = etcd.revision();
    etcd.await(writer.releaseAsync());
    etcd.runFor(CALLBACKS);

    assertThat(readers).allMatch(CompletableFuture::isDone);
    assertThat(etcd.revision()).isEqualTo(before + 1);
    assertThat(etcd.history().lines().filter(line -> line.contains("sends Range"))).isEmpty();
  }

  @Test
  void readers_thatLeaveTogether_letTheWriterInWithTheirLastCommit() {
    RWMutex mutex = mutex(a);
    List<LockHold> readers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      readers.add(held(mutex.readLock()));
    }
    CompletableFuture<WriteHold> writer = waiting(mutex.writeLock());
    List<CompletableFuture<?>> releases = new ArrayList<>();
    readers.forEach(reader -> releases.add(reader.releaseAsync()));
    etcd.await(() -> releases.stream().allMatch(CompletableFuture::isDone));
    etcd.runFor(CALLBACKS);

    assertThat(writer).isCompleted();
  }

  @Test
  void tryLockAsync_somebodyMustGoFirst_givesNothingAndLeavesNoKey() {
    LockHold reader = held(mutex(a).readLock());

    assertThat(etcd.await(mutex(b).writeLock().tryLockAsync())).isEmpty();
    assertThat(etcd.await(mutex(b).writeLock().tryLockAsync(A_MOMENT))).isEmpty();
    assertThat(etcd.await(mutex(b).readLock().tryLockAsync())).isPresent();
    assertThat(keys()).hasSize(2).contains(reader.key());
  }

  @Test
  void lockAsync_waitingWriterCancelled_leavesNoKeyAndLetsTheReadersBehindIn() {
    held(mutex(a).readLock());
    CompletableFuture<WriteHold> writer = waiting(mutex(b).writeLock());
    CompletableFuture<LockHold> reader = waiting(mutex(a).readLock());
    writer.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(reader).isCompleted();
    assertThat(keys()).hasSize(2).allMatch(key -> key.startsWith("prices/read/"));
  }

  @Test
  void queue_mixed_tellsHoldersFromWaitersAndNamesAWriterOnce() {
    RWMutex mutex = mutex(a);
    LockHold reader = held(mutex.readLock());
    CompletableFuture<WriteHold> writer = waiting(mutex.writeLock());
    waiting(mutex(b).readLock());
    LockQueue before = etcd.await(mutex.queueAsync());
    release(reader);
    LockQueue after = etcd.await(mutex.queueAsync());

    assertThat(before.holders()).extracting(c -> c.key()).containsExactly(reader.key());
    assertThat(before.waiters()).extracting(c -> side(c.key())).containsExactly("write", "read");
    assertThat(after.holders()).extracting(c -> c.key()).containsExactly(writer.join().key());
    assertThat(after.waiters()).extracting(c -> side(c.key())).containsExactly("read");
  }

  private static String side(String key) {
    return key.startsWith("prices/write/") ? "write" : "read";
  }

  @Test
  void goReaderAndWriter_beforeOurs_areWaitedForByTheSameRules() {
    put("prices/read/1700000000000000001");
    LockHold reader = held(mutex(a).readLock());
    release(reader);
    CompletableFuture<WriteHold> writer = waiting(mutex(a).writeLock());
    delete("prices/read/1700000000000000001");
    assertThat(writer).isCompleted();
    put("prices/write/1700000000000000002");
    release(writer.join());
    CompletableFuture<LockHold> next = waiting(mutex(b).readLock());
    delete("prices/write/1700000000000000002");

    assertThat(next).isCompleted();
  }

  @Test
  void lock_namesThatBeginAlikeOrAreNotAscii_doNotMix() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    for (String name : List.of("a", "ab", "a/b", "/a/", "läßt")) {
      assertThat(etcd.await(RWMutex.of(session, name).writeLock().tryLockAsync()))
          .as(name)
          .isPresent();
    }
  }

  @Test
  void key_ofSomethingBelow_isNoPlace() {
    put("prices/write/of/something/else");
    put("prices/other");

    assertThat(held(mutex(a).writeLock()).isHeld()).isTrue();
  }

  @Test
  void of_emptyName_isRefused() {
    Session session = etcd.await(a.openSessionAsync(TTL));
    assertThatThrownBy(() -> RWMutex.of(session, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the read-write mutex is empty");
    assertThat(keys()).isEmpty();
  }
}
