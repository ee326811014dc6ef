package io.coord.core.internal.line;

import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.FreshWatch;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/*
 * The watch of a line, and the reads that belong to it.
 *
 *   CLOSED --open--> OPENING --created at R--> LIVE --compacted--> CLOSED (opened anew while needed)
 *
 * Watch first, then read: the watch is opened at "now", and once it stands (created at R) the line is
 * read. The read's revision is at least R, so the read and the events after it leave no gap, and the
 * view is advanced with every event. Before that, events are single facts. A read that was under way
 * already when the watch was created may be older: it does not count, and another one follows.
 *
 * Where only deletions let somebody in, the watch leaves puts out: half as many events, and none that
 * nobody waits for. Who came is then told by the reads with joins and departures, and by those of
 * Turns, which wants nobody to stand at the head with unknown ones before him. What must be remembered
 * of deletions between two reads is bounded: the line is read when they are many.
 *
 * While the watch is fresh (FreshWatch), the line is read again a few times if somebody waits.
 */

/** Keeps a {@link LineView} current. Every method is called under the line's lock. */
final class LineWatch {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final LineRequests requests;
  private final KeyRange range;
  private final Changes changes;
  private final LineView view;
  private final Line line;

  private Optional<Subscription> current = Optional.empty();
  private boolean readUnderWay;

  LineWatch(Line line, Store store, LineRequests requests, LineView view, Changes changes) {
    this.line = line;
    this.store = store;
    this.requests = requests;
    this.range = requests.line().range();
    this.changes = changes;
    this.view = view;
  }

  boolean isOpen() {
    return current.isPresent();
  }

  /** Opens the watch if it is not open. */
  void open(List<Runnable> effects) {
    if (current.isEmpty()) {
      Subscription subscription = new Subscription();
      current = Optional.of(subscription);
      effects.add(() -> subscription.attach(store.watch(range, 0, changes, subscription)));
    }
  }

  void close(List<Runnable> effects) {
    current.ifPresent(subscription -> effects.add(subscription::detach));
    current = Optional.empty();
  }

  /** Lets the view profit from what has been reported, once a snapshot has met the watch. */
  void sync() {
    current.ifPresent(Subscription::sync);
  }

  /** Reads the line, unless that is being done. */
  void read(List<Runnable> effects) {
    if (!readUnderWay) {
      readUnderWay = true;
      effects.add(this::sendRead);
    }
  }

  private void sendRead() {
    long sentAt = store.scheduler().nanoTime();
    Futures.onDone(
        store.range(requests.line()),
        result ->
            line.step(
                (state, effects) -> {
                  readUnderWay = false;
                  state.lineRead(result, sentAt);
                  if (isOlderThanTheWatch(result)) {
                    read(effects);
                  }
                }),
        this::readFailed);
  }

  /** Sent before the watch stood: what was deleted between the two is in neither. */
  private boolean isOlderThanTheWatch(RangeResult read) {
    return current.isPresent() && current.get().standsSince() > read.revision();
  }

  private void readFailed(Throwable failure) {
    if (failure instanceof RefusedException refused) {
      line.step((state, effects) -> readUnderWay = false);
      line.unreadable(refused);
      return;
    }
    store.scheduler().schedule(RETRY_PAUSE, () -> line.step(this::readAgain));
  }

  private void readAgain(LineState state, List<Runnable> effects) {
    readUnderWay = false;
    if (isOpen()) {
      read(effects);
    }
  }

  /** One watch, from its opening to its end. */
  private final class Subscription implements WatchListener {

    private static final long NOT_YET = Long.MAX_VALUE;

    private long createdAt = NOT_YET;
    private long reportedThrough;
    private Optional<Watch> watch = Optional.empty();
    private boolean detached;

    /** The revision at which it was created; 0 as long as it is not. */
    long standsSince() {
      return createdAt == NOT_YET ? 0 : createdAt;
    }

    void attach(Watch opened) {
      line.step(
          (state, effects) -> {
            if (detached) {
              effects.add(opened::close);
            } else {
              watch = Optional.of(opened);
            }
          });
    }

    void detach() {
      line.step(
          (state, effects) -> {
            detached = true;
            watch.ifPresent(opened -> effects.add(opened::close));
          });
    }

    void sync() {
      if (view.goneThrough() >= createdAt) {
        view.advanceDeletions(reportedThrough);
      }
      if (changes == Changes.ALL && view.knownThrough() >= createdAt) {
        view.advance(reportedThrough);
      }
    }

    @Override
    public void onCreated(long revision) {
      line.step(
          (state, effects) -> {
            if (!isCurrent()) {
              return;
            }
            createdAt = revision;
            reportedThrough = revision;
            read(effects);
            for (Duration delay : FreshWatch.LOOK_AGAIN) {
              effects.add(() -> store.scheduler().schedule(delay, this::lookAgain));
            }
          });
    }

    private void lookAgain() {
      line.step(
          (state, effects) -> {
            if (isCurrent() && state.isWaitedFor()) {
              read(effects);
            }
          });
    }

    @Override
    public void onEvents(long revision, List<WatchEvent> events) {
      line.step(
          (state, effects) -> {
            if (!isCurrent()) {
              return;
            }
            for (WatchEvent event : events) {
              switch (event.type()) {
                case PUT ->
                    view.seen(
                        new Entry(event.kv().key(), event.kv().createRevision()),
                        event.kv().modRevision());
                case DELETE -> view.deleted(event.kv().key(), event.kv().modRevision());
              }
            }
            reportedThrough = revision;
            if (view.remembersManyDeletions()) {
              read(effects);
            }
          });
    }

    @Override
    public void onCompacted(long compactRevision) {
      line.step(
          (state, effects) -> {
            if (isCurrent()) {
              current = Optional.empty();
            }
          });
    }

    @Override
    public void onFailed(CoordException cause) {
      line.step(
          (state, effects) -> {
            if (isCurrent()) {
              current = Optional.empty();
              effects.add(() -> line.unreadable(cause));
            }
          });
    }

    private boolean isCurrent() {
      return current.isPresent() && current.get() == this;
    }
  }
}
