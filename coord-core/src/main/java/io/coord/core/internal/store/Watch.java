package io.coord.core.internal.store;

/** An open watch. */
public interface Watch extends AutoCloseable {

  /** Ends the watch; idempotent, never blocks. */
  @Override
  void close();
}
