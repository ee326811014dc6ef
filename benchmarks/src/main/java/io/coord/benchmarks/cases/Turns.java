package io.coord.benchmarks.cases;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches over one lock: at most one may hold it, and fencing tokens must rise. All who contend for
 * the lock, whatever their connection, tell the same instance.
 */
final class Turns {

  private final AtomicInteger holders = new AtomicInteger();
  private final AtomicLong lastToken = new AtomicLong();
  private final AtomicLong violations = new AtomicLong();

  /** Somebody was told that it holds, with this fencing token. */
  void begin(long token) {
    if (holders.incrementAndGet() != 1) {
      violations.incrementAndGet();
    }
    if (lastToken.getAndSet(token) >= token) {
      violations.incrementAndGet();
    }
  }

  /** The holder is about to release. */
  void end() {
    holders.decrementAndGet();
  }

  long violations() {
    return violations.get();
  }
}
