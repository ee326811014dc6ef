package io.coord.benchmarks.cases;

import io.coord.core.Session;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import org.jspecify.annotations.Nullable;

/** The mutex: lock, unlock. */
final class MutexLock implements ExclusiveLock {

  private final Mutex mutex;
  private @Nullable LockHold held;

  MutexLock(Session session, String name) {
    this.mutex = Mutex.of(session, name);
  }

  @Override
  public long acquire() throws InterruptedException {
    LockHold hold = mutex.lock();
    held = hold;
    return hold.fencingToken().value();
  }

  @Override
  public void release() {
    LockHold hold = held;
    if (hold != null) {
      ExclusiveLock.requireReleased(hold.release());
    }
  }
}
