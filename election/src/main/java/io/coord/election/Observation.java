package io.coord.election;

import java.util.concurrent.CompletionStage;

/** An observer of an election, from its beginning until it is closed. */
public interface Observation extends AutoCloseable {

  /**
   * Returns a stage that completes when the observation was closed, and fails with what ended it
   * otherwise: {@link io.coord.core.RefusedException} when etcd refuses the reading, {@link
   * io.coord.core.ClosedException} when the connection is closed, what the codec throws for a value
   * that it cannot decode, and {@link java.util.concurrent.RejectedExecutionException} when the
   * callback executor refuses a call: nothing is left out in silence. Dependent actions run on the
   * connection's callback executor.
   *
   * @return the stage, the same at each call
   */
  CompletionStage<Void> ended();

  /**
   * Ends the observation. Does not block; idempotent. A call of the listener that is under way may
   * still finish, but no other begins.
   */
  @Override
  void close();
}
