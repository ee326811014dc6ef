package io.coord.core.internal.guard;

import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import java.util.Optional;

/** Turns guards into conditions of transactions, and failed ones into words. */
public final class Guards {

  private Guards() {}

  /** The condition of a transaction that a guard stands for. */
  public static Compare compare(Guard guard) {
    return switch (guard.aspect()) {
      case CREATE_REVISION -> Compare.createRevision(guard.key(), Relation.EQUAL, guard.revision());
      case MOD_REVISION -> Compare.modRevision(guard.key(), Relation.EQUAL, guard.revision());
    };
  }

  /** Reads what {@link #failure} needs, for the branch of a transaction that was not applied. */
  public static Op read(Guard guard) {
    return Op.get(RangeRequest.key(guard.key()).keysOnly());
  }

  /** Why a guard is not true of what was read; empty when it is. */
  public static Optional<GuardFailedException> failure(Guard guard, Optional<KeyValue> found) {
    long revision = found.map(kv -> revision(guard, kv)).orElse(0L);
    if (revision == guard.revision()) {
      return Optional.empty();
    }
    String instead = found.isEmpty() ? "the key is gone" : "it is now of revision " + revision;
    return Optional.of(
        new GuardFailedException(
            "what key "
                + guard.key()
                + " stood for is held no more: expected the key of revision "
                + guard.revision()
                + ", but "
                + instead
                + "; nothing was written"));
  }

  private static long revision(Guard guard, KeyValue kv) {
    return switch (guard.aspect()) {
      case CREATE_REVISION -> kv.createRevision();
      case MOD_REVISION -> kv.modRevision();
    };
  }
}
