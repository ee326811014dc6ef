package io.coord.cli.program;

import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.util.Optional;
import java.util.function.Consumer;

/** Acquires a mutex, holds it for a while, and releases it. */
public final class MutexProgram {

  private final Mutex mutex;
  private final RandomTime time;
  private final Consumer<String> out;

  public MutexProgram(Session session, String name, RandomTime time, Consumer<String> out) {
    this.mutex = Mutex.of(session, name);
    this.time = time;
    this.out = out;
  }

  /**
   * Does it once. An interrupt ends the wait, or the hold.
   *
   * @throws IllegalStateException when the mutex was lost while it was held
   */
  public void run() throws InterruptedException {
    out.accept("before acquiring. key: " + mutex.key());
    out.accept("acquiring lock");
    LockHold hold = mutex.lock();
    try {
      out.accept("acquired lock. key: " + hold.key() + ", token: " + hold.fencingToken().value());
      Optional<HoldLoss> loss = time.passUnless(hold.lost());
      if (loss.isPresent()) {
        throw new IllegalStateException("lost lock " + hold.key() + ": " + loss.get().detail());
      }
    } finally {
      if (hold.release() == Release.RELEASED) {
        out.accept("released lock");
      }
    }
  }
}
