package io.coord.core.internal;

import java.time.Duration;
import java.util.function.LongSupplier;

/*
 * A thread that goes to sleep and is woken loses time: on a virtual machine about as much as etcd
 * needs for a whole answer. So where the next thing comes soon, a thread looks for it again and again
 * for a moment before it sleeps. How long, follows from how long the last waits were:
 *
 *   a wait longer than we spin, that spinning would have covered:  spin twice as long, up to MOST
 *   a wait longer than MOST:                                       spin half as long, down to nothing
 *   held up between two looks:                                     nothing at all for REST
 *
 * So a thread that waits for long does not spin, and one that wastes a spin wastes less of it the next
 * time. The first two are the rule by which Linux lets idle virtual processors poll before they halt.
 * The third is for machines that are busy: to be held up there means that somebody else wanted the
 * processor, and that may be the one whose answer is awaited.
 */

/** How long it pays to spin before sleeping, learned from waits. Safe to share between threads. */
public final class AdaptiveSpin {

  /** With fewer processors the spinning thread may keep the awaited one from running. */
  private static final int FEWEST_PROCESSORS = 4;

  private static final long FIRST = 25_000;

  /**
   * More than a hypervisor takes now and then, and than a thread of etcd that has a little to do;
   * less than a busy thread that got the processor, which keeps it for some milliseconds.
   */
  private static final long HELD_UP = 1_000_000;

  private static final long REST = Duration.ofMillis(20).toNanos();

  private final LongSupplier nanoTime;
  private final long most;
  private volatile long length;
  private volatile long restUntil;

  private AdaptiveSpin(LongSupplier nanoTime, long most) {
    this.nanoTime = nanoTime;
    this.most = most;
    this.restUntil = nanoTime.getAsLong();
  }

  /**
   * Spins for a while if this machine has processors for it.
   *
   * @param most the longest time to spin
   */
  public static AdaptiveSpin upTo(Duration most) {
    return on(Runtime.getRuntime().availableProcessors(), most, System::nanoTime);
  }

  /** Spins for a while if there are processors enough. */
  public static AdaptiveSpin on(int processors, Duration most, LongSupplier nanoTime) {
    return new AdaptiveSpin(nanoTime, processors < FEWEST_PROCESSORS ? 0 : most.toNanos());
  }

  /** The clock of everything here. */
  public long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** How long to spin before the next sleep, in nanoseconds; 0 for not at all. */
  public long nanos() {
    return length;
  }

  /**
   * Learns that a spinning thread looked, and found nothing.
   *
   * @param nanos the time since it looked before
   */
  public void lookedAfter(long nanos) {
    if (nanos > HELD_UP) {
      length = 0;
      restUntil = nanoTime.getAsLong() + REST;
    }
  }

  /**
   * Learns how long a wait was. Of waits on several threads at once one may be overlooked.
   *
   * @param nanos from its beginning to its end, spinning and sleeping
   */
  public void waited(long nanos) {
    long now = length;
    if (nanos > most) {
      length = now / 2 < FIRST ? 0 : now / 2;
    } else if (nanos > now && nanoTime.getAsLong() - restUntil >= 0) {
      length = Math.min(most, Math.max(FIRST, 2 * now));
    }
  }
}
