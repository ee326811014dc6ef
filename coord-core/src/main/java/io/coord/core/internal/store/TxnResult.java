package io.coord.core.internal.store;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a transaction gave.
 *
 * @param revision the store's revision after it; when it wrote, the revision of its writes
 * @param succeeded whether every compare held
 * @param results one result for each operation of the branch that was applied, in order
 */
public record TxnResult(long revision, boolean succeeded, List<OpResult> results) {

  /** The answer to the read at {@code index} of the applied branch. */
  public RangeResult range(int index) {
    return ((OpResult.Range) results.get(index)).result();
  }

  /** The answers to the reads with which the applied branch ends, from {@code first} on. */
  public List<RangeResult> rangesFrom(int first) {
    return IntStream.range(first, results.size()).mapToObj(this::range).toList();
  }
}
