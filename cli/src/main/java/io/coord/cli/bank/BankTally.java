package io.coord.cli.bank;

import java.util.concurrent.atomic.LongAdder;

/** Counts what the workers do, while they do it. */
public final class BankTally {

  private final LongAdder transfers = new LongAdder();
  private final LongAdder conflicts = new LongAdder();

  void count(int attempts) {
    transfers.increment();
    conflicts.add(attempts - 1L);
  }

  /** Transfers that were committed. */
  public long transfers() {
    return transfers.sum();
  }

  /** Attempts that somebody else's change made void. */
  public long conflicts() {
    return conflicts.sum();
  }
}
