package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.CoordException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.follow.RangeFollower;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.WatchEvent;
import io.coord.election.ElectionEvent;
import io.coord.election.Observation;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/*
 * An observer: knows all candidates at one revision, and goes from revision to revision with its
 * RangeFollower: that says why nothing is left out and nothing goes back. After each revision the
 * narration compares the first candidate with the one that was told last.
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

  private final Store store;
  private final Narration<T> narration;
  private final RangeFollower follower;

  // On the store's thread only.
  private final Candidates candidates;

  private LeaderWatch(CoordRuntime coord, Bytes prefix, Narration<T> narration) {
    this.store = coord.store();
    this.narration = narration;
    this.candidates = new Candidates(prefix);
    this.follower =
        new RangeFollower(
            store, KeyRange.prefix(prefix), RangeFollower.Preference.EVERY_STATE, new Telling());
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
    observer.follower.open();
    return observer;
  }

  @Override
  public CompletionStage<Void> ended() {
    return narration.ended();
  }

  @Override
  public void close() {
    narration.close();
    store.scheduler().execute(follower::close);
  }

  /** Everything up to this revision has been entered. */
  private void reached(long revision) {
    narration.reached(revision, candidates.first());
    if (narration.isOver()) {
      follower.close();
    }
  }

  /** Lets the narration know of each state. */
  private final class Telling implements RangeFollower.Listener {

    @Override
    public void onRead(long revision, List<KeyValue> found) {
      candidates.reset(found);
      reached(revision);
    }

    @Override
    public void onChange(long revision, List<WatchEvent> events) {
      events.forEach(candidates::enter);
      reached(revision);
    }

    @Override
    public void onFailed(CoordException cause) {
      narration.fail(cause);
    }
  }
}
