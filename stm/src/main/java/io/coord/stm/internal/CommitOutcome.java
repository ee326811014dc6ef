package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.GuardFailedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What became of a commit. */
sealed interface CommitOutcome {

  /** It took effect, once, at {@code revision}. */
  record Committed(long revision) implements CommitOutcome {}

  /**
   * It did not take effect, and never will.
   *
   * @param fresh the keys of the commit as they were when it failed, where that is known
   * @param changed those of its keys that somebody else had changed
   * @param broken the guard that was not true, so that no other attempt can succeed
   */
  record NotCommitted(
      Optional<Snapshot> fresh, List<Bytes> changed, Optional<GuardFailedException> broken)
      implements CommitOutcome {

    /** What it tells one of those who shared the commit, which depends on these keys. */
    NotCommitted among(List<Bytes> keys) {
      return new NotCommitted(
          fresh, changed.stream().filter(Set.copyOf(keys)::contains).toList(), broken);
    }

    /** What it tells those who began when the commit may have failed already: nothing is fresh. */
    NotCommitted withoutFresh() {
      return new NotCommitted(Optional.empty(), changed, broken);
    }

    static NotCommitted withoutConflict() {
      return new NotCommitted(Optional.empty(), List.of(), Optional.empty());
    }
  }
}
