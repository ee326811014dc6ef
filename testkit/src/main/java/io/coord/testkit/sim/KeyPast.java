package io.coord.testkit.sim;

import io.coord.core.internal.store.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one key was, revision by revision; a deletion is an entry of version 0. */
final class KeyPast {

  private final List<KeyValue> entries = new ArrayList<>();

  void add(KeyValue entry) {
    entries.add(entry);
  }

  /** What the key was at a revision; empty when it did not exist. */
  Optional<KeyValue> at(long revision) {
    int last = lastUpTo(revision);
    return last < 0 || isDeletion(last) ? Optional.empty() : Optional.of(entries.get(last));
  }

  /** Drops what no read at the revision or later can see; gives true when nothing is left. */
  boolean compact(long revision) {
    int last = lastUpTo(revision);
    int dropped = last >= 0 && isDeletion(last) ? last + 1 : last;
    if (dropped > 0) {
      entries.subList(0, dropped).clear();
    }
    return entries.isEmpty();
  }

  private boolean isDeletion(int index) {
    return entries.get(index).version() == 0;
  }

  /** The index of the last entry that is not newer than a revision; -1 when all are newer. */
  private int lastUpTo(long revision) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).modRevision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
