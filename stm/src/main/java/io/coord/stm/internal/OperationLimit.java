package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.stm.StmOptions;
import io.coord.stm.UnknownOutcome;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what an attempt's commit will have to name: each key once, however often it is used, and
 * each range. etcd takes so many operations in one transaction, and as many compares.
 */
final class OperationLimit {

  private final int operations;
  private final int marker;
  private final Set<Bytes> keys = new HashSet<>();
  private int ranges;

  OperationLimit(StmOptions options) {
    this.operations = options.maxOperations();
    this.marker = options.unknownOutcome() == UnknownOutcome.RESOLVE ? 1 : 0;
  }

  void add(Bytes key) {
    keys.add(key);
  }

  void addRange() {
    ranges++;
  }

  /** Why etcd would refuse the commit; empty when it would not. */
  Optional<RefusedException> exceeded() {
    int most = operations - marker;
    if (keys.size() + ranges <= most) {
      return Optional.empty();
    }
    return Optional.of(
        new RefusedException(
            "the transaction touches more than "
                + most
                + " keys"
                + (ranges > 0 ? ", each range that it reads counted as one more," : "")
                + " and needs a commit; etcd takes "
                + operations
                + " operations in one transaction"
                + (marker > 0 ? ", and one of them is Coord's marker" : "")
                + "; touch fewer keys, or raise etcd's --max-txn-ops and maxOperations with it",
            null));
  }
}
