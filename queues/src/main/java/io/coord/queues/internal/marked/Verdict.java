package io.coord.queues.internal.marked;

import io.coord.core.internal.store.RangeResult;
import java.util.List;

/** What became of a marked transaction, known for certain. */
public sealed interface Verdict {

  /**
   * It took effect, once.
   *
   * @param revision the revision of its writes
   * @param mark its mark
   * @param note what its mark says
   * @param evidence the reads that go with it
   */
  record Applied(long revision, Mark mark, String note, List<RangeResult> evidence)
      implements Verdict {}

  /**
   * It was carried out, and its conditions were not met: nothing was written.
   *
   * @param evidence the reads that go with it, as of then
   */
  record ConditionsNotMet(List<RangeResult> evidence) implements Verdict {}

  /** It was not carried out and never will be, for a reason of its own: it may be sent again. */
  record NotCarriedOut() implements Verdict {}
}
