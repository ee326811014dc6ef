package io.coord.election;

/** Hears of the changes of a runner's state. */
@FunctionalInterface
public interface LeaderRunnerListener {

  /**
   * The runner's state has changed. Called on the connection's callback executor, one change at a
   * time and in order; an exception is logged and otherwise ignored. What it hears may be past when
   * it hears it: the interrupt and {@link Leadership#isLeader()} are sooner.
   *
   * @param runner the runner
   * @param state its new state
   */
  void stateChanged(LeaderRunner runner, LeaderRunnerState state);
}
