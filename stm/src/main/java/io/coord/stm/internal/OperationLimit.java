package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.stm.StmOptions;
import io.coord.stm.UnknownOutcome;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what an attempt's commit will have to name: each key, each range and each guard once,
 * however often it is used. etcd takes so many operations in one transaction, and as many compares;
 * a guard is one more compare, also of a key that is read or written.
 */
final class OperationLimit {

  private final int operations;
  private final int marker;
  private final Set<Bytes> keys = new HashSet<>();
  private final Set<KeyRange> ranges = new HashSet<>();
  private final Set<Guard> guards = new HashSet<>();

  OperationLimit(StmOptions options) {
    this.operations = options.maxOperations();
    this.marker = options.unknownOutcome() == UnknownOutcome.RESOLVE ? 1 : 0;
  }

  void add(Bytes key) {
    keys.add(key);
  }

  void add(KeyRange range) {
    ranges.add(range);
  }

  void add(Guard guard) {
    guards.add(guard);
  }

  /** Why etcd would refuse the commit; empty when it would not. */
  Optional<RefusedException> exceeded() {
    int most = operations - marker;
    if (keys.size() + ranges.size() + guards.size() <= most) {
      return Optional.empty();
    }
    return Optional.of(
        new RefusedException(
            "the transaction touches more than "
                + most
                + " keys"
                + (!ranges.isEmpty() ? ", each range that it reads counted as one more," : "")
                + (!guards.isEmpty() ? ", each guard that it requires counted as one more," : "")
                + " and needs a commit; etcd takes "
                + operations
                + " operations in one transaction"
                + (marker > 0 ? ", and one of them is Coord's marker" : "")
                + "; touch fewer keys, or raise etcd's --max-txn-ops and maxOperations with it",
            null));
  }
}
