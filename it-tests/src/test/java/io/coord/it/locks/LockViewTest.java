package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.locks.LockHold;
import io.coord.locks.LockQueue;
import io.coord.locks.LockView;
import io.coord.locks.Mutex;
import io.coord.locks.PermitHold;
import io.coord.locks.RWMutex;
import io.coord.locks.Semaphore;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What people and monitoring see of locks, on the simulated store. */
class LockViewTest {

  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(6);
  private final Session a = session("a");
  private final Session b = session("b");
  private final Coord watcher = etcd.coord("watcher");
  private final Store stranger = etcd.client("stranger");

  private Session session(String name) {
    return etcd.await(etcd.coord(name).openSessionAsync(Duration.ofSeconds(10)));
  }

  private LockQueue read(LockView view) {
    return etcd.await(view.queueAsync());
  }

  private <T> void begun(CompletableFuture<T> wait) {
    etcd.runFor(A_MOMENT);
    assertThat(wait).isNotDone();
  }

  private static List<String> clients(List<Contender> contenders) {
    return contenders.stream().map(contender -> contender.client().orElse("unknown")).toList();
  }

  @Test
  void queue_nobody_isEmptyForEveryKind() {
    LockQueue nobody = new LockQueue(List.of(), List.of());

    assertThat(read(LockView.ofMutex(watcher, "n"))).isEqualTo(nobody);
    assertThat(read(LockView.ofRWMutex(watcher, "n"))).isEqualTo(nobody);
    assertThat(read(LockView.ofSemaphore(watcher, "n"))).isEqualTo(nobody);
  }

  @Test
  void queue_ofAMutexBesideAStranger_firstHoldsAndTheOthersWait() {
    LockHold hold = etcd.await(Mutex.of(a, "n").lockAsync());
    etcd.await(stranger.txn(TxnRequest.of(Op.put(Bytes.utf8("n/6b"), Bytes.EMPTY))));
    begun(Mutex.of(b, "n").lockAsync());
    LockQueue queue = read(LockView.ofMutex(watcher, "n"));

    assertThat(queue.holders())
        .extracting(Contender::key, Contender::createRevision)
        .containsExactly(tuple(hold.key(), hold.fencingToken().value()));
    assertThat(clients(queue.waiters())).containsExactly("unknown", "b");
  }

  @Test
  void queue_ofAReadWriteMutex_namesEachByItsSide() {
    LockHold reader = etcd.await(RWMutex.of(a, "n").readLock().lockAsync());
    begun(RWMutex.of(b, "n").writeLock().lockAsync());
    LockQueue queue = read(LockView.ofRWMutex(watcher, "n"));

    assertThat(queue.holders()).extracting(Contender::key).containsExactly(reader.key());
    assertThat(queue.waiters())
        .singleElement()
        .satisfies(writer -> assertThat(writer.key()).startsWith("n/write/"));
  }

  @Test
  void queue_ofASemaphore_knowsTheMaximumThatClientsAgreedOn() {
    PermitHold first = etcd.await(Semaphore.of(a, "n", 3).acquireAsync(1));
    PermitHold second = etcd.await(Semaphore.of(b, "n", 3).acquireAsync(2));
    begun(Semaphore.of(a, "n", 3).acquireAsync(2));
    LockQueue queue = read(LockView.ofSemaphore(watcher, "n"));

    assertThat(queue.holders())
        .extracting(Contender::key)
        .containsExactly(first.key(), second.key());
    assertThat(queue.waiters())
        .singleElement()
        .satisfies(waiter -> assertThat(waiter.key()).startsWith("n/holder/2/"));
  }

  @Test
  void of_badName_isRefused() {
    assertThatThrownBy(() -> LockView.ofMutex(watcher, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mutex is empty");
    assertThat(LockView.ofSemaphore(watcher, "n").name()).isEqualTo("n");
  }
}
