package io.coord.core.internal.store;

import java.util.List;

/**
 * If every compare holds, apply {@code success}, else {@code failure}; atomically.
 *
 * <p>One that writes may read only the present. etcd has the members that do not answer the request
 * leave its reads out; so when the revision to read is compacted or not there yet, the member that
 * answers refuses the transaction while all others apply it, and from then on they differ for good
 * (seen on 3.5.16).
 *
 * <p>One whose branches have no operation is answered by any member as it is then, without asking a
 * quorum: what it compares may be old. A linearizable read in either branch makes etcd ask.
 *
 * @param compares the conditions; none means success
 * @param success the operations applied when all conditions hold
 * @param failure the operations applied when one does not
 * @param repeat whether the store may send the transaction again after an unknown outcome
 */
public record TxnRequest(
    List<Compare> compares, List<Op> success, List<Op> failure, Repeat repeat) {

  /** What may be done about a transaction whose answer did not arrive. */
  public enum Repeat {
    /** It is never sent twice; its caller gets an unknown outcome and resolves it. */
    NEVER,
    /**
     * It may be applied twice, and a copy may be applied late, after the answer to another copy:
     * the caller has made sure that this does no harm.
     */
    HARMLESS
  }

  public TxnRequest {
    compares = List.copyOf(compares);
    success = List.copyOf(success);
    failure = List.copyOf(failure);
    if (!(onlyReads(success) && onlyReads(failure))) {
      checkReadsThePresent(success);
      checkReadsThePresent(failure);
    }
  }

  public static TxnRequest of(Op... ops) {
    return new TxnRequest(List.of(), List.of(ops), List.of(), Repeat.NEVER);
  }

  public static TxnRequest when(Compare... compares) {
    return new TxnRequest(List.of(compares), List.of(), List.of(), Repeat.NEVER);
  }

  public TxnRequest then(Op... ops) {
    return new TxnRequest(compares, List.of(ops), failure, repeat);
  }

  public TxnRequest otherwise(Op... ops) {
    return new TxnRequest(compares, success, List.of(ops), repeat);
  }

  public TxnRequest harmlessToRepeat() {
    return new TxnRequest(compares, success, failure, Repeat.HARMLESS);
  }

  /** True when the store may send it again: it only reads, or its caller says so. */
  public boolean isRepeatable() {
    return repeat == Repeat.HARMLESS || isReadOnly();
  }

  public boolean isReadOnly() {
    return onlyReads(success) && onlyReads(failure);
  }

  private static void checkReadsThePresent(List<Op> ops) {
    for (Op op : ops) {
      if (op instanceof Op.Nested nested) {
        checkReadsThePresent(nested.request().success());
        checkReadsThePresent(nested.request().failure());
      } else if (op instanceof Op.Get get && get.request().revision() != 0) {
        throw new IllegalArgumentException(
            "a transaction that writes also reads "
                + get.request().range()
                + " at revision "
                + get.request().revision()
                + "; expected 0, or a read of its own");
      }
    }
  }

  private static boolean onlyReads(List<Op> ops) {
    for (Op op : ops) {
      if (op instanceof Op.Nested nested) {
        if (!nested.request().isReadOnly()) {
          return false;
        }
      } else if (!(op instanceof Op.Get)) {
        return false;
      }
    }
    return true;
  }
}
