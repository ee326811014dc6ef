package io.coord.benchmarks.cases;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.Futures;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When answers came: the longest time without a successful one, and how many were failures. */
final class AnswerLog {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerLog.class);

  @GuardedBy("this")
  private long lastAt = System.nanoTime();

  @GuardedBy("this")
  private long longestGap;

  @GuardedBy("this")
  private long succeeded;

  @GuardedBy("this")
  private long failed;

  @GuardedBy("this")
  private long pending;

  synchronized void sent() {
    pending++;
  }

  synchronized void succeeded() {
    pending--;
    succeeded++;
    passed();
    notifyAll();
  }

  synchronized void failed(Throwable failure) {
    pending--;
    failed++;
    LOG.info("a put failed", Futures.unwrap(failure));
    notifyAll();
  }

  /** Forgets the gaps until now. */
  synchronized void watchGapsFromNow() {
    lastAt = System.nanoTime();
    longestGap = 0;
  }

  /** The longest gap; one that has not ended counts up to now. */
  synchronized Duration longestGap() {
    passed();
    return Duration.ofNanos(longestGap);
  }

  synchronized long failures() {
    return failed;
  }

  synchronized long successes() {
    return succeeded;
  }

  /** Waits until everything that was sent has been answered, or has failed. */
  synchronized void awaitAnswers() throws InterruptedException {
    while (pending > 0) {
      wait();
    }
  }

  @GuardedBy("this")
  private void passed() {
    long now = System.nanoTime();
    longestGap = Math.max(longestGap, now - lastAt);
    lastAt = now;
  }
}
