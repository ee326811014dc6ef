package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Keys that nobody else uses, and that are never used again: a number of this lane that cannot be
 * guessed, and a count. The keys of a lane rise in the order of their commits, since one
 * transaction of it is under way at a time. The time at their end is for people.
 */
public final class UniqueKeys implements Placement {

  private static final int LANE_DIGITS = 16;
  private static final int COUNT_DIGITS = 12;

  private static final HexFormat HEX = HexFormat.of();

  private final Bytes begin;
  private final Scheduler scheduler;
  private long count;

  UniqueKeys(Bytes prefix, Scheduler scheduler) {
    this.scheduler = scheduler;
    this.begin = prefix.concat(Bytes.utf8(HEX.toHexDigits(scheduler.randomLong()) + "-"));
  }

  @Override
  public int overheadOfPriority() {
    return 0;
  }

  @Override
  public MarkedWork place(List<Parcel> group) {
    List<Op> puts = new ArrayList<>();
    String end = "-" + Stamp.of(scheduler.timeOfDay());
    for (Parcel parcel : group) {
      for (Bytes value : parcel.values()) {
        puts.add(Op.put(nextKey(end), value));
      }
    }
    return new MarkedWork.Plain.Writes(List.of(), puts, List.of());
  }

  private Bytes nextKey(String end) {
    return begin.concat(Bytes.utf8(HEX.toHexDigits(++count, COUNT_DIGITS) + end));
  }

  /** The keys of the lane that put a key; empty when it is not one of these. */
  public static Optional<KeyRange> series(Bytes prefix, Bytes key) {
    int dash = prefix.length() + LANE_DIGITS;
    int secondDash = dash + 1 + COUNT_DIGITS;
    boolean isOurs =
        key.length() > secondDash
            && key.at(dash) == '-'
            && key.at(secondDash) == '-'
            && areHexDigits(key, prefix.length(), dash)
            && areHexDigits(key, dash + 1, secondDash);
    return isOurs ? Optional.of(KeyRange.prefix(key.upTo(dash + 1))) : Optional.empty();
  }

  private static boolean areHexDigits(Bytes key, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Character.digit(key.at(i), 16) < 0) {
        return false;
      }
    }
    return true;
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
