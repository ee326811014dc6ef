package io.coord.queues.internal;

import io.coord.core.CoordException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.FreshWatch;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/*
 * The watch of a queue, and the reads that belong to it.
 *
 *   CLOSED --open--> OPENING --created at R--> LIVE --compacted--> CLOSED (opened anew while needed)
 *
 * The first read is sent together with the watch: what it shows can be taken at once. If it is of a
 * revision before R, there is another read after R: only then do the read and the events leave no
 * gap. While the watch is fresh (FreshWatch), an empty queue is read again a few times.
 *
 * What is watched: puts, at first. A consumer that is alone knows what it takes, and etcd need not tell
 * it of each item that is gone. What others take is found by a take in whose way they were: it costs an
 * attempt, for a take compares what it takes. From then on, until the watch is closed, deletions are
 * watched as well, by a watch that is opened anew, and the front is read again beside the taking; else
 * each take would go past all that others have taken meanwhile.
 */

/** Keeps a {@link Head} current. Every method is called under the dequeuer's lock. */
final class HeadFeed {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Dequeuer dequeuer;
  private final Store store;
  private final ItemOrder order;
  private final Head head;
  private final WindowReader reader;

  private Optional<Subscription> current = Optional.empty();
  private Changes watched = Changes.PUTS;
  private boolean readUnderWay;
  private long emptyThrough;
  private long count;

  HeadFeed(Dequeuer dequeuer, Store store, ItemOrder order, Head head) {
    this.dequeuer = dequeuer;
    this.store = store;
    this.order = order;
    this.head = head;
    this.reader = new WindowReader(store, order);
  }

  /** The number of the last want that came before a read began that found the queue empty. */
  long emptyThrough() {
    return emptyThrough;
  }

  /** Whether what has been read leaves it open what comes next, and a read would tell. */
  boolean readWouldTell() {
    boolean standing = current.isPresent() && current.get().createdAt.isPresent();
    return head.isStale() || head.isCut() || (standing && !head.isFollowing());
  }

  /** Whether others may have taken some of what is here, and a read would tell. */
  boolean isBehindOthers() {
    return watched == Changes.ALL && current.isPresent() && current.get().isToBeReadAfter();
  }

  boolean isOpen() {
    return current.isPresent();
  }

  void open(List<Runnable> effects) {
    if (current.isEmpty()) {
      Subscription subscription = new Subscription();
      current = Optional.of(subscription);
      Changes changes = watched;
      effects.add(() -> subscription.attach(store.watch(order.range(), 0, changes, subscription)));
    }
  }

  void close(List<Runnable> effects) {
    current.ifPresent(subscription -> subscription.detach(effects));
    current = Optional.empty();
    watched = Changes.PUTS;
    head.watchEnded();
    head.distrust();
  }

  /** Somebody in another process takes items, too: what they take is watched from now on. */
  void othersTake(List<Runnable> effects) {
    if (watched == Changes.PUTS) {
      watched = Changes.ALL;
      current.ifPresent(subscription -> subscription.detach(effects));
      current = Optional.empty();
      head.watchEnded();
    }
  }

  /**
   * Reads the front, unless that is being done.
   *
   * @param lastWant the number of the newest want
   */
  void read(long lastWant, List<Runnable> effects) {
    if (!readUnderWay) {
      readUnderWay = true;
      head.readBegins();
      current.ifPresent(Subscription::readBegins);
      effects.add(() -> send(lastWant));
    }
  }

  private void send(long lastWant) {
    Futures.onDone(
        reader.read(count),
        window -> dequeuer.step((state, effects) -> answered(window, lastWant)),
        failure -> dequeuer.step((state, effects) -> failed(failure, state, effects)));
  }

  private void answered(Window window, long lastWant) {
    readUnderWay = false;
    if (current.isEmpty()) {
      head.readEnded();
      return;
    }
    count = window.count();
    if (window.isEmpty()) {
      emptyThrough = lastWant;
    }
    head.snapshot(window, current.flatMap(subscription -> subscription.createdAt));
  }

  private void failed(Throwable failure, DequeuerState state, List<Runnable> effects) {
    head.readEnded();
    state.readFailed(failure, effects);
    effects.add(() -> dequeuer.stepLater(RETRY_PAUSE, (current, more) -> readUnderWay = false));
  }

  /** One watch, from its opening to its end. */
  private final class Subscription implements WatchListener {

    private Optional<Long> createdAt = Optional.empty();
    private Optional<Watch> watch = Optional.empty();
    private boolean detached;
    private boolean readAfter;

    void attach(Watch opened) {
      dequeuer.step(
          (state, effects) -> {
            if (detached) {
              effects.add(opened::close);
            } else {
              watch = Optional.of(opened);
            }
          });
    }

    void detach(List<Runnable> effects) {
      detached = true;
      watch.ifPresent(opened -> effects.add(opened::close));
    }

    /** What is read from now on is read while this watch stands, if it does. */
    void readBegins() {
      readAfter = createdAt.isPresent();
    }

    boolean isToBeReadAfter() {
      return createdAt.isPresent() && !readAfter && !head.isFollowing();
    }

    @Override
    public void onCreated(long revision) {
      dequeuer.step(
          (state, effects) -> {
            if (!isCurrent()) {
              return;
            }
            createdAt = Optional.of(revision);
            head.watchedFrom(revision);
            for (Duration delay : FreshWatch.LOOK_AGAIN) {
              effects.add(() -> dequeuer.stepLater(delay, this::lookAgain));
            }
          });
    }

    private void lookAgain(DequeuerState state, List<Runnable> effects) {
      if (isCurrent() && head.isEmpty() && state.isWaitedFor()) {
        read(state.lastWant(), effects);
      }
    }

    @Override
    public void onEvents(long revision, List<WatchEvent> events) {
      dequeuer.step(
          (state, effects) -> {
            if (isCurrent()) {
              head.events(revision, events);
            }
          });
    }

    @Override
    public void onCompacted(long compactRevision) {
      dequeuer.step(
          (state, effects) -> {
            if (isCurrent()) {
              current = Optional.empty();
              head.watchEnded();
            }
          });
    }

    @Override
    public void onFailed(CoordException cause) {
      dequeuer.step(
          (state, effects) -> {
            if (isCurrent()) {
              current = Optional.empty();
              head.watchEnded();
              state.failAll(cause, effects);
            }
          });
    }

    private boolean isCurrent() {
      return current.isPresent() && current.get() == this;
    }
  }
}
