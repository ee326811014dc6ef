package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.coord.election.ElectionEvent;
import io.coord.election.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/*
 * An observer: knows all candidates at one revision, and goes from revision to revision.
 *
 *   OPENING --watch stands at R--> READING --read at S--> FOLLOWING --compacted--> OPENING
 *      (events are kept)             S >= R    (events after S)    `--refused, closed--> ENDED
 *
 * Watch first, then read: S is not before R, so the read and the kept events after S leave no gap.
 * After each revision the narration compares the first candidate with the one that was told last.
 * A read after a compaction is linearizable, so its revision is not before any revision that was
 * followed to: nothing goes back.
 *
 * Everything happens on the store's thread; only telling does not. On a closed store the watch fails
 * on the caller's thread, before anything else has begun.
 */

/**
 * Follows one election.
 *
 * @param <T> the type of the values
 */
public final class LeaderWatch<T> implements Observation {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final Bytes prefix;
  private final Narration<T> narration;

  // On the store's thread only, but for the first one.
  private final Candidates candidates;
  private Optional<Following> current = Optional.empty();
  private long revision;

  private LeaderWatch(CoordRuntime coord, Bytes prefix, Narration<T> narration) {
    this.store = coord.store();
    this.prefix = prefix;
    this.narration = narration;
    this.candidates = new Candidates(prefix);
  }

  /** Begins to observe. */
  public static <T> Observation begin(
      CoordRuntime coord,
      Bytes prefix,
      Codec<T> codec,
      Consumer<? super ElectionEvent<T>> listener) {
    String label = coord.config().name() + " observer of " + prefix;
    Narration<T> narration = new Narration<>(label, codec, listener, coord.callbacks());
    LeaderWatch<T> observer = new LeaderWatch<>(coord, prefix, narration);
    observer.open();
    return observer;
  }

  @Override
  public CompletionStage<Void> ended() {
    return narration.ended();
  }

  @Override
  public void close() {
    narration.close();
    store.scheduler().execute(this::stop);
  }

  private void open() {
    Following following = new Following();
    current = Optional.of(following);
    Watch watch = store.watch(KeyRange.prefix(prefix), 0, following);
    store.scheduler().execute(() -> following.attach(watch));
  }

  private void stop() {
    current.ifPresent(Following::stop);
  }

  private void fail(Throwable cause) {
    narration.fail(cause);
    stop();
  }

  /** Everything up to this revision has been entered. */
  private void reached(long newRevision) {
    revision = newRevision;
    narration.reached(newRevision, candidates.first());
    if (narration.isOver()) {
      stop();
    }
  }

  /** One watch and the read that belongs to it. */
  private final class Following implements WatchListener {

    private final List<List<WatchEvent>> kept = new ArrayList<>();
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
    }

    private void read() {
      if (!stopped) {
        Futures.onDone(store.range(RangeRequest.prefix(prefix)), this::hasRead, this::readFailed);
      }
    }

    private void readFailed(Throwable failure) {
      if (stopped) {
        return;
      }
      if (failure instanceof RefusedException || failure instanceof ClosedException) {
        fail(failure);
      } else {
        store.scheduler().schedule(RETRY_PAUSE, this::read);
      }
    }

    private void hasRead(RangeResult found) {
      if (stopped) {
        return;
      }
      hasRead = true;
      candidates.reset(found.kvs());
      reached(found.revision());
      kept.forEach(this::follow);
      kept.clear();
    }

    @Override
    public void onEvents(long through, List<WatchEvent> events) {
      if (stopped) {
        return;
      }
      if (hasRead) {
        follow(events);
      } else {
        kept.add(events);
      }
    }

    /** Several revisions may come at once; each is one step. */
    private void follow(List<WatchEvent> events) {
      for (int i = 0; i < events.size() && !stopped; i++) {
        long at = events.get(i).kv().modRevision();
        if (at > revision) {
          candidates.enter(events.get(i));
          boolean last = i + 1 == events.size() || events.get(i + 1).kv().modRevision() > at;
          if (last) {
            reached(at);
          }
        }
      }
    }

    @Override
    public void onCompacted(long compactRevision) {
      stopped = true;
      open();
    }

    @Override
    public void onFailed(CoordException cause) {
      stopped = true;
      fail(cause);
    }
  }
}
