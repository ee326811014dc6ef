package io.coord.it.torture.real.report;

import io.coord.it.torture.real.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How many operations ended in each second of a run. */
public final class Rates {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final long began;
  private final int[] perSecond;
  private long longest;

  /** Counts between two moments of the monotonic clock. */
  public Rates(long began, long ended) {
    this.began = began;
    this.perSecond = new int[(int) Math.max(1, (ended - began) / SECOND)];
  }

  /** Counts an operation, if it was done. */
  public void add(Operation operation) {
    if (operation.ended().isEmpty()) {
      return;
    }
    long ended = operation.ended().getAsLong();
    longest = Math.max(longest, ended - operation.began());
    long second = Math.floorDiv(ended - began, SECOND);
    if (operation.isOk() && second >= 0 && second < perSecond.length) {
      perSecond[(int) second]++;
    }
  }

  /** The number of each second. */
  public List<Integer> perSecond() {
    List<Integer> rates = new ArrayList<>(perSecond.length);
    for (int rate : perSecond) {
      rates.add(rate);
    }
    return rates;
  }

  /** How long the longest operation took, pauses of its client included. */
  public Duration longest() {
    return Duration.ofNanos(longest);
  }
}
