package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Op;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An attempt whose body has ended.
 *
 * @param number which attempt of its transaction it was, from 1
 * @param footprint what it has read, and wants to write
 * @param company what it has read through, if it ran among others
 * @param ending how the body ended
 */
record Trial<R extends @Nullable Object>(
    int number, Footprint footprint, Optional<SharedReads> company, Ending<R> ending) {

  /** How a body ended. */
  sealed interface Ending<R extends @Nullable Object> {

    /** It has returned. */
    record Returned<R extends @Nullable Object>(R value) implements Ending<R> {}

    /** It has thrown, so nothing is written. */
    record Thrown<R extends @Nullable Object>(Throwable thrown) implements Ending<R> {}
  }

  Optional<Throwable> thrown() {
    return ending instanceof Ending.Thrown<R> failed
        ? Optional.of(failed.thrown())
        : Optional.empty();
  }

  /** Which of the keys that it depends on somebody of its company has written since. */
  List<Bytes> overtakenKeys() {
    return company.map(reads -> reads.overtaken(footprint.guardedKeys())).orElse(List.of());
  }

  /** Whether what the body has seen was so; else only a commit can tell. */
  boolean hasSeenTheTruth() {
    return company.isEmpty() || footprint.reads().isEmpty();
  }

  /** What it writes when it commits. */
  Map<Bytes, Op> writes() {
    return ending instanceof Ending.Thrown ? Map.of() : footprint.writes();
  }

  /** Whether it has only what a group can commit: keys that were read and written one by one. */
  boolean isPlain() {
    return footprint.guards().isEmpty()
        && footprint.sessions().isEmpty()
        && footprint.reads().ranges().isEmpty();
  }
}
