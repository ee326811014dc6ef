package io.coord.cli.program;

import io.coord.core.HoldLoss;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Locker;
import io.coord.locks.Mutex;
import java.util.Optional;
import java.util.function.Consumer;

/** Acquires a lock, holds it for a while, and releases it. */
public final class LockProgram {

  private final String key;
  private final Acquisition acquisition;
  private final Consumer<LockHold> release;
  private final RandomTime time;
  private final Consumer<String> out;

  /** How a lock is waited for. */
  private interface Acquisition {
    LockHold lock() throws InterruptedException;
  }

  private LockProgram(
      String key,
      Acquisition acquisition,
      Consumer<LockHold> release,
      RandomTime time,
      Consumer<String> out) {
    this.key = key;
    this.acquisition = acquisition;
    this.release = release;
    this.time = time;
    this.out = out;
  }

  /** Uses a mutex. */
  public static LockProgram mutex(
      Session session, String name, RandomTime time, Consumer<String> out) {
    Mutex mutex = Mutex.of(session, name);
    return new LockProgram(mutex.key(), mutex::lock, LockHold::close, time, out);
  }

  /** Uses a {@link java.util.concurrent.locks.Lock}. */
  public static LockProgram locker(
      Session session, String name, RandomTime time, Consumer<String> out) {
    Locker locker = Locker.of(session, name);
    Acquisition acquisition =
        () -> {
          locker.lockInterruptibly();
          return locker.hold().orElseThrow();
        };
    return new LockProgram(locker.key(), acquisition, hold -> locker.unlock(), time, out);
  }

  /**
   * Does it once. An interrupt ends the wait, or the hold.
   *
   * @throws IllegalStateException when the lock was lost while it was held
   */
  public void run() throws InterruptedException {
    out.accept("before acquiring. key: " + key);
    out.accept("acquiring lock");
    LockHold hold = acquisition.lock();
    try {
      out.accept("acquired lock. key: " + hold.key() + ", token: " + hold.fencingToken().value());
      Optional<HoldLoss> loss = time.passUnless(hold.lost());
      if (loss.isPresent()) {
        throw new IllegalStateException("lost lock " + hold.key() + ": " + loss.get().detail());
      }
    } finally {
      boolean held = hold.isHeld();
      release.accept(hold);
      if (held) {
        out.accept("released lock");
      }
    }
  }
}
