package io.coord.queues.internal;

import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.List;
import java.util.Optional;

/**
 * Decides under which keys values are put. One enqueuer has it, and calls it for one group at a
 * time, under its lock.
 */
interface Placement {

  /** How many operations each priority of a group costs, besides one for each of its values. */
  int overheadOfPriority();

  /** What must be read before a group can be placed; empty when enough is known. */
  Optional<TxnRequest> needed(List<Parcel> group);

  /**
   * What {@link #needed} asked for.
   *
   * @throws io.coord.core.RefusedException when it shows that the group cannot be placed
   */
  void read(TxnResult answer);

  /** The transaction that puts a group. */
  MarkedWork place(List<Parcel> group);

  /** The group that was placed last is in etcd. */
  void placed(Verdict.Applied applied);

  /**
   * The keys that were chosen for the last group cannot be used: others must be found.
   *
   * @throws io.coord.core.RefusedException when the group cannot be placed at all
   */
  void notPlaced(Verdict.ConditionsNotMet notMet);
}
