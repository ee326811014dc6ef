package io.coord.it.torture.real.client;

/** What one worker does, again and again. */
interface Workload {

  /**
   * Does one round, and returns in a bounded time whatever happens: a worker that does not is taken
   * for hung.
   */
  void step() throws InterruptedException;
}
