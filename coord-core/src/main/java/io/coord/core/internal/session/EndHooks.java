package io.coord.core.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who of the library wants to know that a session is over. Each hook is run once, in the order of
 * their coming, under no lock; one that comes late is run at once.
 */
final class EndHooks {

  private final LeaseSession session;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final Set<LeaseSession.EndHook> hooks = new LinkedHashSet<>();

  @GuardedBy("lock")
  private boolean ended;

  EndHooks(LeaseSession session) {
    this.session = session;
  }

  void add(LeaseSession.EndHook hook) {
    lock.lock();
    try {
      if (!ended) {
        hooks.add(hook);
        return;
      }
    } finally {
      lock.unlock();
    }
    hook.sessionEnded(session);
  }

  /** Forgets a hook; one that is being run may still finish. */
  void remove(LeaseSession.EndHook hook) {
    lock.lock();
    try {
      hooks.remove(hook);
    } finally {
      lock.unlock();
    }
  }

  /** The session is over. */
  void run() {
    List<LeaseSession.EndHook> due;
    lock.lock();
    try {
      ended = true;
      due = List.copyOf(hooks);
      hooks.clear();
    } finally {
      lock.unlock();
    }
    due.forEach(hook -> hook.sessionEnded(session));
  }
}
