package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import io.coord.queues.UndecodableItemException;
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

  /** How long a caller who gives up still waits for a take that may serve it. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Scheduler scheduler;
  private final String label;
  private final Enqueuer enqueuer;
  private final Dequeuer dequeuer;

  SharedQueue(
      QueueHub hub,
      String name,
      ItemOrder order,
      Placement placement,
      Function<Item, Integer> priority) {
    this.coord = hub.coord();
    this.scheduler = coord.store().scheduler();
    this.label = coord.config().name() + "/" + name;
    this.enqueuer = new Enqueuer(label, coord.store(), hub.markers(), placement);
    this.dequeuer =
        new Dequeuer(label, coord.store(), hub.markers(), order, item -> putBack(item, priority));
  }

  /**
   * Puts values in, together or not at all; gives the revision. Completes on the store's thread.
   */
  public CompletableFuture<Long> enqueue(List<Bytes> values, int priority) {
    long deadline = scheduler.nanoTime() + coord.config().requestTimeout().toNanos();
    CompletableFuture<Long> enqueued = new CompletableFuture<>();
    enqueuer.add(new Parcel(List.copyOf(values), priority, deadline, enqueued));
    return enqueued;
  }

  /** Waits for an item. */
  public Wanted takeWhenThere() {
    return new Wanted(dequeuer.want(Want.Patience.WAITS));
  }

  /** Takes an item if there is one. */
  public Wanted takeIfThere() {
    return new Wanted(dequeuer.want(Want.Patience.LOOKS_ONCE));
  }

  /** Waits for an item, but no longer than a time. */
  public Wanted takeWithin(Duration timeout) {
    Wanted wanted = takeWhenThere();
    wanted.giveUpAfter(timeout);
    return wanted;
  }

  /** Reads the first value, and leaves it. Completes on the store's thread. */
  public <T> CompletableFuture<Optional<T>> peek(Codec<T> codec) {
    return dequeuer.peek().thenApply(found -> found.map(item -> decode(codec, item)));
  }

  /** Counts the items. */
  public CompletableFuture<Long> count() {
    return dequeuer.count();
  }

  void close() {
    ClosedException cause = dequeuer.closedException();
    enqueuer.close(cause);
    dequeuer.close();
  }

  /** Goes on until it succeeds: the item is in no other place any more. */
  private void putBack(Item item, Function<Item, Integer> priority) {
    Futures.onDone(
        enqueue(List.of(item.value().orElseThrow()), priority.apply(item)),
        revision -> log.debug("queue {}: {} is back", label, item.key()),
        failure -> {
          if (failure instanceof ClosedException) {
            log.warn("queue {}: {} was taken and is lost: closed meanwhile", label, item.key());
          } else {
            log.debug("queue {}: {} could not be put back yet", label, item.key(), failure);
            scheduler.schedule(RETRY_PAUSE, () -> putBack(item, priority));
          }
        });
  }

  /** An item that somebody wants, and how the caller gets it. */
  public final class Wanted {

    private final Want want;

    Wanted(Want want) {
      this.want = want;
    }

    private void giveUpAfter(Duration timeout) {
      Timer soft = scheduler.schedule(timeout, () -> dequeuer.giveUp(want));
      Timer hard = scheduler.schedule(timeout.plus(GRACE), () -> dequeuer.giveUpAtOnce(want));
      Futures.onDone(
          want.result(),
          served -> {
            soft.cancel();
            hard.cancel();
          },
          failure -> {
            soft.cancel();
            hard.cancel();
          });
    }

    /**
     * Blocks until an item is there, or it is known that there will be none. When an interrupt
     * comes while an item is being taken, that item is given, and the interrupt status is kept.
     */
    public <T> Optional<T> await(Codec<T> codec) throws InterruptedException {
      Optional<Item> got;
      try {
        got = Futures.await(want.result().copy());
      } catch (InterruptedException e) {
        got = leave(e);
      }
      return got.map(item -> decode(codec, item));
    }

    private Optional<Item> leave(InterruptedException interrupt) throws InterruptedException {
      giveUpAfter(Duration.ZERO);
      dequeuer.giveUp(want);
      Optional<Item> got = Optional.empty();
      try {
        got = Futures.awaitUninterruptibly(want.result().copy());
      } catch (RuntimeException failure) {
        interrupt.addSuppressed(failure);
      }
      if (got.isEmpty()) {
        throw interrupt;
      }
      Thread.currentThread().interrupt();
      return got;
    }

    /**
     * The future for the user; it completes on the callback executor. An item that comes after it
     * was cancelled goes to somebody else, or back.
     *
     * @param view what the user gets
     */
    public <T, R> CompletableFuture<R> publish(Codec<T> codec, Function<Optional<T>, R> view) {
      CompletableFuture<R> theirs = new CompletableFuture<>();
      Futures.onDone(
          want.result(),
          got -> coord.callbacks().execute(() -> hand(theirs, got, codec, view)),
          failure -> coord.callbacks().execute(() -> theirs.completeExceptionally(failure)));
      Futures.onDone(
          theirs,
          value -> {},
          failure -> {
            if (theirs.isCancelled()) {
              want.result().cancel(true);
            }
          });
      return theirs;
    }

    private <T, R> void hand(
        CompletableFuture<R> theirs,
        Optional<Item> got,
        Codec<T> codec,
        Function<Optional<T>, R> view) {
      R value;
      try {
        value = view.apply(got.map(item -> decode(codec, item)));
      } catch (RuntimeException undecodable) {
        theirs.completeExceptionally(undecodable);
        return;
      }
      if (!theirs.complete(value)) {
        got.ifPresent(dequeuer::handOver);
      }
    }
  }

  private static <T> T decode(Codec<T> codec, Item item) {
    Bytes value = item.value().orElseThrow();
    try {
      return codec.decode(value);
    } catch (RuntimeException e) {
      throw new UndecodableItemException(item.key().utf8(), value, e);
    }
  }
}
