package io.coord.core.internal.follow;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.FreshWatch;
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
import java.util.List;
import java.util.Optional;

/*
 * A range of etcd, from revision to revision.
 *
 *   IDLE --open--> OPENING --watch stands at R--> READING --read at S--> FOLLOWING --compacted--> OPENING
 *                    (events are kept)             S >= R    (events after S)   `--refused, closed--> IDLE
 *
 * Invariants
 *  - Once the listener was told of a read at `revision`, what it holds is exactly the range at
 *    `revision`: watch first, then read, so the read and the kept events after it leave no gap.
 *  - `revision` never goes back, also not over a compaction: reads are linearizable, and of older ones
 *    nothing is told.
 *  - The listener is told of states that etcd had, in order. After a change of the range it is told of
 *    it or of a later state: the read after a compaction may step over some, and so may a second look.
 *
 * A watch that breaks is resumed by the store and leaves nothing out. One whose changes were compacted
 * away is opened anew and the range is read again, so nobody ever concludes anything from the end of
 * a watch. While it is OPENING, the listener hears nothing.
 *
 * Who learns from the answer to a transaction what the range held at a revision may say so: that is a
 * read like those of its own, and counts while it is FOLLOWING and the revision is new. The event of
 * that revision comes later, and is not told again.
 *
 * Who would rather be told soon than of every state has the range read again a few times while the
 * watch is fresh (FreshWatch).
 *
 * Everything happens on the store's thread, but for open() and, on a closed store, the failure that it
 * tells at once. close() and learned() are for the store's thread.
 */

/** Keeps a listener informed of a whole range until it is closed. */
public final class RangeFollower {

  /** Is told of the range. */
  public interface Listener {

    /** The range has been read: this is all of it, and what was told before is out of date. */
    void onRead(long revision, List<KeyValue> found);

    /** The changes of one revision, the next one that changed anything. */
    void onChange(long revision, List<WatchEvent> events);

    /**
     * The range cannot be followed: access is denied, or the store is closed. Told once, at the
     * end.
     */
    void onFailed(CoordException cause);
  }

  /** What a listener would rather have, while a watch is new. */
  public enum Preference {
    /** Be told of each state, though up to 100 ms late. */
    EVERY_STATE,
    /** Be told of the latest state soon, though not of each before it. */
    LATEST_STATE
  }

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final KeyRange range;
  private final Preference preference;
  private final Listener listener;
  private Optional<Following> current = Optional.empty();
  private long revision;

  public RangeFollower(Store store, KeyRange range, Preference preference, Listener listener) {
    this.store = store;
    this.range = range;
    this.preference = preference;
    this.listener = listener;
  }

  /** Begins to follow. Called once, or again after a {@link #close()}. */
  public void open() {
    Following following = new Following();
    current = Optional.of(following);
    Watch watch = store.watch(range, 0, following);
    store.scheduler().execute(() -> following.attach(watch));
  }

  /** Ends the watch; the listener is told nothing more. */
  public void close() {
    current.ifPresent(Following::stop);
    current = Optional.empty();
  }

  /**
   * What the whole range held at a revision is known from elsewhere, and from etcd. Only for a
   * listener that need not be told of every state.
   */
  public void learned(long at, List<KeyValue> found) {
    current.ifPresent(following -> following.learned(at, found));
  }

  private void fail(CoordException cause) {
    close();
    listener.onFailed(cause);
  }

  /** One watch and the reads that belong to it. */
  private final class Following implements WatchListener {

    private final List<WatchEvent> kept = new ArrayList<>();
    private Optional<Watch> watch = Optional.empty();
    private boolean hasRead;
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
      if (preference == Preference.LATEST_STATE) {
        FreshWatch.LOOK_AGAIN.forEach(delay -> store.scheduler().schedule(delay, this::read));
      }
    }

    private void read() {
      if (!stopped) {
        Futures.onDone(store.range(RangeRequest.of(range)), this::hasRead, this::readFailed);
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
      boolean first = !hasRead;
      hasRead = true;
      if (first || found.revision() > revision) {
        revision = found.revision();
        listener.onRead(revision, found.kvs());
      }
      if (first) {
        List<WatchEvent> early = List.copyOf(kept);
        kept.clear();
        follow(early);
      }
    }

    void learned(long at, List<KeyValue> found) {
      if (!stopped && hasRead && at > revision) {
        revision = at;
        listener.onRead(at, found);
      }
    }

    @Override
    public void onEvents(long through, List<WatchEvent> events) {
      if (stopped) {
        return;
      }
      if (hasRead) {
        follow(events);
      } else {
        kept.addAll(events);
      }
    }

    /** Several revisions may come at once; each is one step. */
    private void follow(List<WatchEvent> events) {
      int begin = 0;
      while (begin < events.size() && !stopped) {
        long at = events.get(begin).kv().modRevision();
        int end = begin + 1;
        while (end < events.size() && events.get(end).kv().modRevision() == at) {
          end++;
        }
        if (at > revision) {
          revision = at;
          listener.onChange(at, events.subList(begin, end));
        }
        begin = end;
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
