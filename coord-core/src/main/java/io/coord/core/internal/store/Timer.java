package io.coord.core.internal.store;

/** A scheduled task. */
public interface Timer {

  /** Prevents the task from running if it has not begun; idempotent. */
  void cancel();
}
