package io.coord.testkit.sim;

import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Carries out transactions in etcd's three steps.
 *
 * <ol>
 *   <li>All compares, those of nested transactions on the chosen path too, are evaluated on the
 *       state before the transaction.
 *   <li>The puts of the chosen path are checked; a refusal leaves everything as it was.
 *   <li>The operations are applied in order. Nothing can fail any more, but a read of the past in a
 *       transaction that writes nothing.
 * </ol>
 */
final class TxnExecutor {

  private final KeySpace keys;
  private final LeaseTable leases;
  private final RangeReader reader;

  TxnExecutor(KeySpace keys, LeaseTable leases, RangeReader reader) {
    this.keys = keys;
    this.leases = leases;
    this.reader = reader;
  }

  /** The branch that was chosen, with what was chosen for the nested transactions in it. */
  private record Path(boolean succeeded, List<Step> steps) {}

  private sealed interface Step {
    record Plain(Op op) implements Step {}

    record Inner(Path path) implements Step {}
  }

  /** Carries out a transaction that may write; the caller commits. */
  TxnResult write(TxnRequest request) {
    Path path = choose(request, keys.revision());
    checkPuts(path);
    List<OpResult> results = apply(path, keys::newest);
    return stamped(path.succeeded(), results, keys.newest());
  }

  /**
   * Carries out a transaction that only reads.
   *
   * @param memberRevision the newest revision that the answering member has
   */
  TxnResult read(TxnRequest request, long memberRevision) {
    Path path = choose(request, memberRevision);
    return stamped(path.succeeded(), apply(path, () -> memberRevision), memberRevision);
  }

  private Path choose(TxnRequest request, long atRevision) {
    boolean succeeded = request.compares().stream().allMatch(compare -> holds(compare, atRevision));
    List<Step> steps = new ArrayList<>();
    for (Op op : succeeded ? request.success() : request.failure()) {
      steps.add(
          op instanceof Op.Nested nested
              ? new Step.Inner(choose(nested.request(), atRevision))
              : new Step.Plain(op));
    }
    return new Path(succeeded, steps);
  }

  private boolean holds(Compare compare, long atRevision) {
    List<KeyValue> found = keys.list(compare.range(), atRevision);
    if (compare instanceof Compare.OfField numeric) {
      return found.isEmpty()
          ? related(Long.compare(0, numeric.operand()), compare.relation())
          : found.stream()
              .allMatch(
                  kv ->
                      related(
                          Long.compare(field(kv, numeric), numeric.operand()), numeric.relation()));
    }
    Compare.OfValue valued = (Compare.OfValue) compare;
    return !found.isEmpty()
        && found.stream()
            .allMatch(kv -> related(kv.value().compareTo(valued.operand()), valued.relation()));
  }

  private static long field(KeyValue kv, Compare.OfField compare) {
    return switch (compare.field()) {
      case VERSION -> kv.version();
      case CREATE_REVISION -> kv.createRevision();
      case MOD_REVISION -> kv.modRevision();
    };
  }

  private static boolean related(int comparison, Compare.Relation relation) {
    return switch (relation) {
      case EQUAL -> comparison == 0;
      case NOT_EQUAL -> comparison != 0;
      case GREATER -> comparison > 0;
      case LESS -> comparison < 0;
    };
  }

  private void checkPuts(Path path) {
    for (Step step : path.steps()) {
      if (step instanceof Step.Inner inner) {
        checkPuts(inner.path());
      } else if (((Step.Plain) step).op() instanceof Op.Put put
          && put.lease() != 0
          && leases.find(put.lease()).isEmpty()) {
        throw new LeaseNotFoundException(
            "lease " + Long.toHexString(put.lease()) + " of key " + put.key() + " does not exist",
            null);
      }
    }
  }

  private List<OpResult> apply(Path path, LongSupplier memberRevision) {
    List<OpResult> results = new ArrayList<>(path.steps().size());
    for (Step step : path.steps()) {
      results.add(apply(step, memberRevision));
    }
    return results;
  }

  private OpResult apply(Step step, LongSupplier memberRevision) {
    if (step instanceof Step.Inner inner) {
      List<OpResult> results = apply(inner.path(), memberRevision);
      return new OpResult.Txn(new TxnResult(0, inner.path().succeeded(), results));
    }
    Op op = ((Step.Plain) step).op();
    if (op instanceof Op.Put put) {
      keys.put(put.key(), put.value(), put.lease());
      return new OpResult.Put();
    } else if (op instanceof Op.Delete delete) {
      return new OpResult.Delete(keys.delete(delete.range()));
    }
    Op.Get get = (Op.Get) op;
    return new OpResult.Range(reader.read(get.request(), memberRevision.getAsLong()));
  }

  /** The revision of the whole is known only at its end, and is that of every part. */
  private static TxnResult stamped(boolean succeeded, List<OpResult> results, long revision) {
    List<OpResult> stamped = new ArrayList<>(results.size());
    for (OpResult result : results) {
      stamped.add(
          result instanceof OpResult.Txn inner
              ? new OpResult.Txn(
                  stamped(inner.result().succeeded(), inner.result().results(), revision))
              : result);
    }
    return new TxnResult(revision, succeeded, stamped);
  }
}
