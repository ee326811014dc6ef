package io.coord.it.torture.real.report;

import io.coord.it.torture.real.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How many operations ended in each second of a run. */
public final class Rates {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final long began;
  private final int[] perSecond;
  private Optional<Operation> longest = Optional.empty();

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
    if (longest.isEmpty() || duration(operation) > duration(longest.get())) {
      longest = Optional.of(operation);
    }
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

  private static long duration(Operation operation) {
    return operation.ended().orElseThrow() - operation.began();
  }

  /** Tells how long the longest operation took, pauses of its client included. */
  public String longest() {
    return longest
        .map(
            operation ->
                String.format(
                    Locale.ROOT,
                    "%.1f s: %s of %s",
                    duration(operation) / 1e9,
                    operation.action(),
                    operation.actor()))
        .orElse("no time");
  }
}
