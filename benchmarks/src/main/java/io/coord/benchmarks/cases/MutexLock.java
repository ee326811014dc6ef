package io.coord.benchmarks.cases;

import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The mutex: lock, unlock. */
final class MutexLock implements ExclusiveLock {

  private final Mutex mutex;
  private final ToLongFunction<LockHold> token;
  private @Nullable LockHold held;

  MutexLock(Session session, String name) {
    this(session, name, hold -> hold.fencingToken().value());
  }

  private MutexLock(Session session, String name, ToLongFunction<LockHold> token) {
    this.mutex = Mutex.of(session, name);
    this.token = token;
  }

  /** The guard is asked for in between, so each handover waits until the key is gone. */
  static MutexLock guarded(Session session, String name) {
    return new MutexLock(session, name, hold -> hold.guard().revision());
  }

  @Override
  public long acquire() throws InterruptedException {
    LockHold hold = mutex.lock();
    held = hold;
    return token.applyAsLong(hold);
  }

  @Override
  public void release() {
    LockHold hold = held;
    if (hold != null) {
      ExclusiveLock.requireReleased(hold.release());
    }
  }
}
