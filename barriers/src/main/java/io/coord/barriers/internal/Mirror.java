package io.coord.barriers.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/*
 * A range of etcd as it was at one revision, which goes from revision to revision.
 *
 *   OPENING --watch stands at R--> READING --read at S--> FOLLOWING --compacted--> OPENING
 *      (events are kept)             S >= R    (events after S)    `--refused, closed--> OVER
 *
 * Invariants
 *  - Once something was read, `content` is exactly the range at `revision`.
 *  - `revision` never goes back: reads are linearizable, and of older ones nothing is taken over.
 *  - Observers are told of states that etcd had, in order. After a change of the range they are told
 *    of it or of a later state: a read may step over some.
 *
 * A watch that breaks is resumed by the store and leaves nothing out. One whose changes were compacted
 * away is opened anew and the range is read again, so nobody ever concludes anything from the end of
 * a watch. While the mirror is OPENING, observers hear nothing.
 *
 * A new watch may be served by a loop of the server that runs every 100 ms only. So in its first 100
 * ms the range is read again a few times. Everything happens on the store's thread.
 */

/** Keeps a copy of a range for as long as somebody observes it. */
final class Mirror {

  /** Is told of the range, on the store's thread. */
  interface Observer {

    /** The range has been read, or has changed. */
    void onState(Mirror mirror);

    /**
     * The range cannot be observed: access is denied, or the store is closed. Told once, at the
     * end.
     */
    void onFailed(CoordException cause);
  }

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);
  private static final List<Duration> LOOK_AGAIN =
      List.of(
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ofMillis(60),
          Duration.ofMillis(110));

  private final Store store;
  private final KeyRange range;
  private final Runnable whenUnused;
  private final Set<Observer> observers = new LinkedHashSet<>();
  private final Map<Bytes, KeyValue> content = new TreeMap<>();
  private Optional<Following> current = Optional.empty();
  private boolean hasRead;
  private long revision;

  Mirror(Store store, KeyRange range, Runnable whenUnused) {
    this.store = store;
    this.range = range;
    this.whenUnused = whenUnused;
  }

  /** Begins to tell somebody; at once, when the range is known. */
  void add(Observer observer) {
    observers.add(observer);
    if (current.isEmpty()) {
      open();
    } else if (hasRead) {
      observer.onState(this);
    }
  }

  /** Tells somebody no more. */
  void remove(Observer observer) {
    if (observers.remove(observer) && observers.isEmpty()) {
      end();
    }
  }

  /** The revision that {@link #keys} is of. */
  long revision() {
    return revision;
  }

  Optional<KeyValue> get(Bytes key) {
    return Optional.ofNullable(content.get(key));
  }

  int size() {
    return content.size();
  }

  /** All keys of the range, by name. */
  Iterable<KeyValue> keys() {
    return content.values();
  }

  private void open() {
    Following following = new Following();
    current = Optional.of(following);
    following.attach(store.watch(range, 0, following));
  }

  private void end() {
    current.ifPresent(Following::stop);
    current = Optional.empty();
    whenUnused.run();
  }

  private void fail(CoordException cause) {
    List<Observer> told = List.copyOf(observers);
    observers.clear();
    end();
    told.forEach(observer -> observer.onFailed(cause));
  }

  private void reached(long newRevision) {
    revision = newRevision;
    for (Observer observer : List.copyOf(observers)) {
      if (observers.contains(observer)) {
        observer.onState(this);
      }
    }
  }

  private void enter(WatchEvent event) {
    switch (event.type()) {
      case PUT -> content.put(event.kv().key(), event.kv());
      case DELETE -> content.remove(event.kv().key());
    }
  }

  /** One watch and the reads that belong to it. */
  private final class Following implements WatchListener {

    private final List<WatchEvent> kept = new ArrayList<>();
    private Optional<Watch> watch = Optional.empty();
    private boolean met;
    private boolean stopped;

    void attach(Watch opened) {
      watch = Optional.of(opened);
      if (stopped) {
        opened.close();
      }
    }

    void stop() {
      stopped = true;
      watch.ifPresent(Watch::close);
    }

    @Override
    public void onCreated(long at) {
      read();
      LOOK_AGAIN.forEach(delay -> store.scheduler().schedule(delay, this::read));
    }

    private void read() {
      if (!stopped) {
        Futures.onDone(
            store.range(
                new RangeRequest(
                    range,
                    0,
                    0,
                    RangeRequest.Order.KEY,
                    RangeRequest.Projection.KEYS_AND_VALUES,
                    RangeRequest.Consistency.LINEARIZABLE)),
            this::hasRead,
            this::readFailed);
      }
    }

    private void readFailed(Throwable failure) {
      if (stopped) {
        return;
      }
      if (failure instanceof RefusedException refused) {
        fail(refused);
      } else if (failure instanceof ClosedException closed) {
        fail(closed);
      } else {
        store.scheduler().schedule(RETRY_PAUSE, this::read);
      }
    }

    private void hasRead(RangeResult found) {
      if (stopped) {
        return;
      }
      boolean first = !met;
      met = true;
      hasRead = true;
      if (found.revision() > revision || first) {
        content.clear();
        found.kvs().forEach(kv -> content.put(kv.key(), kv));
        reached(found.revision());
      }
      if (first) {
        List<WatchEvent> early = List.copyOf(kept);
        kept.clear();
        follow(early);
      }
    }

    @Override
    public void onEvents(long through, List<WatchEvent> events) {
      if (stopped) {
        return;
      }
      if (met) {
        follow(events);
      } else {
        kept.addAll(events);
      }
    }

    /** Several revisions may come at once; each is one step. */
    private void follow(List<WatchEvent> events) {
      for (int i = 0; i < events.size() && !stopped; i++) {
        long at = events.get(i).kv().modRevision();
        if (at > revision) {
          enter(events.get(i));
          boolean last = i + 1 == events.size() || events.get(i + 1).kv().modRevision() > at;
          if (last) {
            reached(at);
          }
        }
      }
    }

    @Override
    public void onCompacted(long compactRevision) {
      if (!stopped) {
        stopped = true;
        open();
      }
    }

    @Override
    public void onFailed(CoordException cause) {
      if (!stopped) {
        stopped = true;
        fail(cause);
      }
    }
  }
}
