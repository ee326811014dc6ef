package io.coord.core.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time and in order on another executor. An exception of a task is logged, an
 * error is the executor's to handle; the next task runs after either. Where the executor runs what
 * it is given at once, an error is logged too: whoever gives a task has more to do. Has no thread
 * of its own.
 */
public final class SerialExecutor implements Executor {

  private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

  private final Executor target;
  private final String owner;

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean running;

  /**
   * @param target runs the tasks
   * @param owner what the log calls whoever gives the tasks
   */
  public SerialExecutor(Executor target, String owner) {
    this.target = target;
    this.owner = owner;
  }

  @Override
  public void execute(Runnable task) {
    synchronized (lock) {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    }
    begin();
  }

  private void begin() {
    try {
      target.execute(this::drain);
    } catch (RejectedExecutionException e) {
      synchronized (lock) {
        running = false;
        tasks.clear();
      }
      log.warn("{}: the callback executor refused a callback, which is dropped", owner, e);
    } catch (Error e) {
      log.error("{}: a callback failed", owner, e);
    }
  }

  private void drain() {
    while (true) {
      Runnable task;
      synchronized (lock) {
        task = tasks.poll();
        if (task == null) {
          running = false;
          return;
        }
      }
      try {
        task.run();
      } catch (RuntimeException e) {
        report(e);
      } catch (Error e) {
        begin();
        throw e;
      }
    }
  }

  /** To print an exception runs code of whoever wrote it. */
  private void report(RuntimeException failure) {
    try {
      log.error("{}: a callback failed", owner, failure);
    } catch (RuntimeException | StackOverflowError unprintable) {
      log.error(
          "{}: a callback failed, and so did printing why: {}",
          owner,
          failure.getClass().getName());
    }
  }
}
