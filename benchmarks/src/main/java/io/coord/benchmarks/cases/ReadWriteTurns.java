package io.coord.benchmarks.cases;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Watches over one read-write lock: many readers or one writer, a writer's token greater than every
 * one before it, a reader's greater than every writer's before it.
 */
final class ReadWriteTurns {

  private final Object lock = new Object();

  @GuardedBy("lock")
  private int readers;

  @GuardedBy("lock")
  private int writers;

  @GuardedBy("lock")
  private long greatestToken;

  @GuardedBy("lock")
  private long greatestWriteToken;

  @GuardedBy("lock")
  private long violations;

  void beginRead(long token) {
    synchronized (lock) {
      readers++;
      require(writers == 0 && token > greatestWriteToken);
      greatestToken = Math.max(greatestToken, token);
    }
  }

  void endRead() {
    synchronized (lock) {
      readers--;
    }
  }

  void beginWrite(long token) {
    synchronized (lock) {
      writers++;
      require(writers == 1 && readers == 0 && token > greatestToken);
      greatestToken = Math.max(greatestToken, token);
      greatestWriteToken = Math.max(greatestWriteToken, token);
    }
  }

  void endWrite() {
    synchronized (lock) {
      writers--;
    }
  }

  long violations() {
    synchronized (lock) {
      return violations;
    }
  }

  @GuardedBy("lock")
  private void require(boolean rule) {
    if (!rule) {
      violations++;
    }
  }
}
