package io.coord.testkit.internal.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.testkit.EtcdClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Lines that one thread adds and others wait for. */
public final class LineBuffer {

  @GuardedBy("this")
  private final List<String> lines = new ArrayList<>();

  @GuardedBy("this")
  private boolean ended;

  public synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  /** Says that no more will come, so that nobody waits in vain. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Waits for a line; empty when the limit has passed, or no more will come. */
  public synchronized Optional<String> await(Predicate<String> condition, Duration limit) {
    long start = System.nanoTime();
    int seen = 0;
    while (true) {
      for (; seen < lines.size(); seen++) {
        if (condition.test(lines.get(seen))) {
          return Optional.of(lines.get(seen));
        }
      }
      long leftNanos = limit.toNanos() - (System.nanoTime() - start);
      if (ended || leftNanos <= 0) {
        return Optional.empty();
      }
      waitFor(leftNanos);
    }
  }

  @GuardedBy("this")
  private void waitFor(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, nanos + 999_999);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdClusterException("interrupted while waiting for a line", e);
    }
  }
}
