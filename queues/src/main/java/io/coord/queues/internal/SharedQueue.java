package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Relay;
import io.coord.core.internal.store.Scheduler;
import io.coord.queues.QueueStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One queue, as all handles of one connection share it. Safe to share between threads. */
public final class SharedQueue {

  private static final Logger log = LoggerFactory.getLogger(SharedQueue.class);

  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Scheduler scheduler;
  private final String label;
  private final Relay relay;
  private final Enqueuer enqueuer;
  private final Dequeuer dequeuer;

  SharedQueue(
      QueueHub hub,
      String name,
      ItemOrder order,
      List<? extends Placement> placements,
      Function<Item, Integer> priority) {
    this.coord = hub.coord();
    this.scheduler = coord.store().scheduler();
    this.label = coord.config().name() + "/" + name;
    this.relay = hub.relay();
    this.enqueuer =
        new Enqueuer(
            label,
            coord.store(),
            hub.markers(),
            relay,
            new Gathering(scheduler, Math.max(1, placements.size() - 1)),
            placements);
    this.dequeuer =
        new Dequeuer(
            label,
            coord.store(),
            hub.markers(),
            order,
            new Removal.Deletion(),
            new Gathering(scheduler, 1),
            item -> putBack(item, priority));
  }

  /**
   * Puts values in, together or not at all, and behind all that its caller gave before; gives the
   * revision. Completes on the store's thread.
   */
  public CompletableFuture<Long> enqueue(List<Bytes> values, int priority) {
    return enqueue(values, priority, Parcel.Caller.GOES_ON);
  }

  /** Does the same for a caller that gives nothing else before this is done or cancelled. */
  public CompletableFuture<Long> enqueueWhileCallerWaits(List<Bytes> values, int priority) {
    return enqueue(values, priority, Parcel.Caller.WAITS);
  }

  /** Does the same, and blocks. */
  public long enqueueAndWait(List<Bytes> values, int priority) throws InterruptedException {
    return relay.await(enqueueWhileCallerWaits(values, priority));
  }

  private CompletableFuture<Long> enqueue(List<Bytes> values, int priority, Parcel.Caller caller) {
    long deadline = scheduler.nanoTime() + coord.config().requestTimeout().toNanos();
    CompletableFuture<Long> enqueued = new CompletableFuture<>();
    enqueuer.add(new Parcel(List.copyOf(values), priority, caller, Terms.NONE, deadline, enqueued));
    return enqueued;
  }

  /** Waits for an item. */
  public Wanted takeWhenThere() {
    return Wanted.whenThere(coord, dequeuer);
  }

  /** Takes an item if there is one. */
  public Wanted takeIfThere() {
    return Wanted.ifThere(coord, dequeuer);
  }

  /** Waits for an item, but no longer than a time. */
  public Wanted takeWithin(Duration timeout) {
    return Wanted.within(coord, dequeuer, timeout);
  }

  /** Reads the first value, and leaves it. Completes on the store's thread. */
  public <T> CompletableFuture<Optional<T>> peek(Codec<T> codec) {
    return dequeuer.peek().thenApply(found -> found.map(item -> decode(codec, item)));
  }

  /** Counts the items, and finds the oldest. Completes on the store's thread. */
  public CompletableFuture<QueueStatus> status() {
    return dequeuer.status();
  }

  void close() {
    ClosedException cause =
        new ClosedException("the connection of queue " + label + " is closed", null);
    enqueuer.close(cause);
    dequeuer.close(cause);
  }

  /**
   * Goes on until it succeeds: the item is in no other place any more. Not so when it may have
   * succeeded: no item is out twice.
   */
  private void putBack(Item item, Function<Item, Integer> priority) {
    Futures.onDone(
        enqueue(List.of(item.value().orElseThrow()), priority.apply(item)),
        revision -> log.debug("queue {}: {} is back", label, item.key()),
        failure -> {
          if (failure instanceof ClosedException) {
            log.warn("queue {}: {} was taken and is lost: closed meanwhile", label, item.key());
          } else if (failure instanceof OutcomeUnknownException) {
            log.warn("queue {}: {} was taken, and may be back or lost", label, item.key(), failure);
          } else {
            log.debug("queue {}: {} could not be put back yet", label, item.key(), failure);
            scheduler.schedule(RETRY_PAUSE, () -> putBack(item, priority));
          }
        });
  }

  /** What a codec makes of an item. */
  public static <T> T decode(Codec<T> codec, Item item) {
    return Coding.decode(codec, item.key().utf8(), item.value().orElseThrow());
  }
}
