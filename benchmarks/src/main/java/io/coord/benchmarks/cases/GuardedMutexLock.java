package io.coord.benchmarks.cases;

import io.coord.core.Guard;
import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import org.jspecify.annotations.Nullable;

/** The mutex: lock, ask for the guard, unlock. So each handover waits until the key is gone. */
final class GuardedMutexLock implements ExclusiveLock {

  private final Mutex mutex;
  private @Nullable LockHold held;

  GuardedMutexLock(Session session, String name) {
    this.mutex = Mutex.of(session, name);
  }

  @Override
  public long acquire() throws InterruptedException {
    LockHold hold = mutex.lock();
    held = hold;
    Guard guard = hold.guard();
    return guard.revision();
  }

  @Override
  public void release() {
    LockHold hold = held;
    if (hold != null) {
      ExclusiveLock.requireReleased(hold.release());
    }
  }
}
