package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys that nobody else uses, and that are never used again: a number of this process that cannot
 * be guessed, and a count, so that those of one transaction are in order. The time at their end is
 * for people.
 */
final class UniqueKeys implements Placement {

  private final Bytes prefix;
  private final Scheduler scheduler;
  private final String process;
  private long count;

  UniqueKeys(Bytes prefix, Scheduler scheduler) {
    this.prefix = prefix;
    this.scheduler = scheduler;
    this.process = String.format("%016x", scheduler.randomLong());
  }

  @Override
  public int overheadOfPriority() {
    return 0;
  }

  @Override
  public MarkedWork place(List<Parcel> group) {
    List<Op> puts = new ArrayList<>();
    for (Parcel parcel : group) {
      for (Bytes value : parcel.values()) {
        puts.add(Op.put(nextKey(), value));
      }
    }
    return new MarkedWork.Plain.Writes(List.of(), puts, List.of());
  }

  private Bytes nextKey() {
    return prefix.concat(
        Bytes.utf8(
            String.format("%s-%012x-%s", process, ++count, Stamp.of(scheduler.timeOfDay()))));
  }

  @Override
  public void placed(Verdict.Applied applied) {}

  @Override
  public void notPlaced(Verdict.ConditionsNotMet notMet) {}

  @Override
  public Optional<TxnRequest> needed(List<Parcel> group) {
    return Optional.empty();
  }

  @Override
  public void read(TxnResult answer) {}
}
