package io.coord.benchmarks.cases;

import io.coord.benchmarks.Pause;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/*
 * When one holder ended and the next began, told by both.
 *
 *   holder a  ====|called-- release --returned|
 *   holder b                       |granted ======= hold =======|looks at a's times
 *
 * The returning thread and the granted one run at the same time, and either may be first. So the
 * next holder looks at its predecessor's times at the end of its own hold, when they are long there.
 * A grant that comes before the release has returned counts as 0.
 */

/** Measures how long a lock is with nobody, between a release and the next grant. */
final class Handovers {

  /** The end of one hold. */
  private static final class Ending {
    private final long releaseCalledAt = System.nanoTime();
    private volatile long returnedAt = Long.MAX_VALUE;

    long gapUntil(long grantedAt) {
      return grantedAt < returnedAt ? 0 : grantedAt - returnedAt;
    }
  }

  private final Turns turns = new Turns();
  private final AtomicReference<Ending> last = new AtomicReference<>();
  private final Duration hold;
  private final LongConsumer gaps;
  private final LongAdder callToGrantNanos;

  /**
   * Nobody holds yet.
   *
   * @param gaps receives the nanoseconds from each release's return to the next grant
   * @param callToGrantNanos adds up the times from each release's call to the next grant
   */
  Handovers(Duration hold, LongConsumer gaps, LongAdder callToGrantNanos) {
    this.hold = hold;
    this.gaps = gaps;
    this.callToGrantNanos = callToGrantNanos;
  }

  /** Acquires, holds for a while, and releases. */
  void holdOnce(ExclusiveLock lock) throws InterruptedException {
    long token = lock.acquire();
    long grantedAt = System.nanoTime();
    turns.begin(token);
    Ending before = last.get();
    Pause.of(hold);
    if (before != null) {
      gaps.accept(before.gapUntil(grantedAt));
      callToGrantNanos.add(grantedAt - before.releaseCalledAt);
    }
    turns.end();
    Ending ending = new Ending();
    last.set(ending);
    lock.release();
    ending.returnedAt = System.nanoTime();
  }

  long violations() {
    return turns.violations();
  }
}
