package io.coord.core.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The executor of callbacks, whoever gave it, with one way to say that a task is not taken: {@link
 * RejectedExecutionException}, after which the task is never run. Executors throw other things too,
 * a pool an {@link OutOfMemoryError} when no thread can be started, and may have queued the task
 * nevertheless. What a task throws that is run at once comes out as it is.
 */
record CallbackExecutor(Executor given) implements Executor {

  @Override
  public void execute(Runnable task) {
    Errand errand = new Errand(task);
    try {
      given.execute(errand);
    } catch (RuntimeException | Error e) {
      if (errand.wasTaken()) {
        throw e;
      }
      throw new RejectedExecutionException("the callback executor took no task", e);
    }
  }

  /** A task that is run once, or withdrawn. */
  private static final class Errand implements Runnable {

    private final Runnable task;
    private final AtomicBoolean taken = new AtomicBoolean();

    Errand(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      if (!wasTaken()) {
        task.run();
      }
    }

    /** Whether it was taken before, to be run or to be withdrawn; from now on it is. */
    boolean wasTaken() {
      return taken.getAndSet(true);
    }
  }
}
