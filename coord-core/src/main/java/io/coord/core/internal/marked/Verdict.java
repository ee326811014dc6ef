package io.coord.core.internal.marked;

import io.coord.core.internal.store.RangeResult;
import java.util.List;

/** What became of a marked transaction, known for certain. */
public sealed interface Verdict {

  /** It was carried out, and that was that. */
  sealed interface Done extends Verdict {}

  /**
   * It took effect, once.
   *
   * @param revision the revision of its writes
   * @param mark its mark
   * @param note what its mark says
   * @param evidence the reads that go with it
   */
  record Applied(long revision, Mark mark, String note, List<RangeResult> evidence)
      implements Done {}

  /**
   * It was carried out, and its conditions were not met: nothing was written.
   *
   * @param revision the revision at which they were not
   * @param evidence the reads that go with it, as of then
   */
  record ConditionsNotMet(long revision, List<RangeResult> evidence) implements Done {}

  /** It was not carried out and never will be, for a reason of its own: it may be sent again. */
  record NotCarriedOut() implements Verdict {}

  /**
   * etcd refused it, because a lease that it puts a key under does not exist. It may be sent again
   * if all leases that its work names do: that of the marker is looked after.
   */
  record LeaseMissing() implements Verdict {}
}
