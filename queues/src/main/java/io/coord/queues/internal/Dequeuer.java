package io.coord.queues.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.store.Store;
import io.coord.queues.QueueStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes items off one queue, for all callers of this process. Sends what {@link DequeuerState}
 * decides, and brings it the answers. Safe to share between threads.
 */
final class Dequeuer {

  /** A change of the state; what it adds to the effects runs after the lock is released. */
  interface Step {
    void apply(DequeuerState state, List<Runnable> effects);
  }

  private static final Logger log = LoggerFactory.getLogger(Dequeuer.class);

  private final String label;
  private final Store store;
  private final Markers markers;
  private final ItemOrder order;
  private final Consumer<Item> putBack;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final DequeuerState state;

  /**
   * Nothing is read or watched before somebody wants an item.
   *
   * @param label the connection and the queue, for the log
   * @param gathering decides when a group of callers is served
   * @param putBack puts an item that was taken for nobody back into the queue
   */
  Dequeuer(
      String label,
      Store store,
      Markers markers,
      ItemOrder order,
      Removal removal,
      Gathering gathering,
      Consumer<Item> putBack) {
    this.label = label;
    this.store = store;
    this.markers = markers;
    this.order = order;
    this.putBack = putBack;
    Head head = new Head(order);
    HeadFeed feed = new HeadFeed(this, store, order, head);
    ValueReader values = new ValueReader(this, store, head);
    Gathering.Gate gate = gathering.gate(() -> step((now, effects) -> {}));
    this.state = new DequeuerState(this, order, removal, gate, head, feed, values);
  }

  /** Lets a caller stand in line. */
  Want want(Want.Patience patience) {
    Want want = new Want(patience);
    Futures.onDone(
        want.result(),
        served -> {},
        failure -> {
          if (want.result().isCancelled()) {
            step((now, effects) -> now.withdraw(want));
          }
        });
    step((now, effects) -> now.join(want, effects));
    return want;
  }

  /** Looks at the first item without taking it. */
  CompletableFuture<Optional<Item>> peek() {
    Want want = new Want(Want.Patience.LOOKS_ONCE);
    step((now, effects) -> now.joinPeeks(want, effects));
    return want.result();
  }

  /** The caller's time is over: it gets nothing, unless a take is under way that may serve it. */
  void giveUp(Want want) {
    step((now, effects) -> now.giveUp(want));
  }

  /** The caller has waited long enough for a take that was under way. */
  void giveUpAtOnce(Want want) {
    step((now, effects) -> now.withdraw(want));
    want.result().complete(Optional.empty());
  }

  /** An item came too late for its caller: somebody else gets it. */
  void handOver(Item item) {
    step((now, effects) -> now.give(List.of(item), effects));
  }

  /** The number of items, and the oldest. */
  CompletableFuture<QueueStatus> status() {
    return Census.count(store, order);
  }

  /** Fails those who wait, and all who come later. */
  void close(RuntimeException cause) {
    step((now, effects) -> now.close(cause, effects));
  }

  /** Runs a change, draws the conclusions, and then does what they ask for. */
  void step(Step change) {
    List<Runnable> effects = new ArrayList<>();
    lock.lock();
    try {
      change.apply(state, effects);
      state.settle(effects);
    } finally {
      lock.unlock();
    }
    effects.forEach(Runnable::run);
  }

  /** Runs a change after a while. */
  void stepLater(Duration delay, Step change) {
    store.scheduler().schedule(delay, () -> step(change));
  }

  void send(Take take) {
    Futures.onDone(
        markers.carryOut(take.work()),
        verdict -> step((now, effects) -> now.takeConcluded(take, verdict, effects)),
        failure -> {
          log.debug("{}: taking {} items failed", label, take.candidates().size(), failure);
          step((now, effects) -> now.takeFailed(take, failure, effects));
        });
  }

  void send(Peek peek) {
    Futures.onDone(
        store.txn(peek.request()),
        answer -> step((now, effects) -> now.peekers().answered(peek, answer, effects)),
        failure -> step((now, effects) -> now.peekers().failed(failure, effects)));
  }

  void deliver(Want want, Item item) {
    if (!want.result().complete(Optional.of(item))) {
      handOver(item);
    }
  }

  void putBack(Item item) {
    log.debug("{}: {} was taken for nobody and is put back", label, item.key());
    putBack.accept(item);
  }
}
