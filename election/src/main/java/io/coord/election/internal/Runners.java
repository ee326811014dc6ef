package io.coord.election.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.Attachment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The runners of one connection, which end with it. Safe to share between threads. */
final class Runners implements Attachment {

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Set<RunnerLoop<?>> open = new LinkedHashSet<>();

  @GuardedBy("lock")
  private boolean closed;

  /** Takes a runner in; one that comes after the end of the connection is ended at once. */
  void add(RunnerLoop<?> runner) {
    synchronized (lock) {
      if (!closed) {
        open.add(runner);
        return;
      }
    }
    runner.beginClose();
  }

  /** The runner has ended. */
  void forget(RunnerLoop<?> runner) {
    synchronized (lock) {
      open.remove(runner);
    }
  }

  @Override
  public void close() {
    List<RunnerLoop<?>> ending;
    synchronized (lock) {
      closed = true;
      ending = new ArrayList<>(open);
    }
    ending.forEach(RunnerLoop::beginClose);
  }
}
