package io.coord.testkit.sim;

/** A run of a simulation that went wrong; its message has the seed and the end of the history. */
public final class SimulationFailure extends AssertionError {

  static final int SHOWN_EVENTS = 200;

  private static final long serialVersionUID = 1L;

  SimulationFailure(SimulatedEtcd etcd, String what) {
    super(describe(etcd, what));
  }

  SimulationFailure(SimulatedEtcd etcd, String what, Throwable cause) {
    super(describe(etcd, what), cause);
  }

  private static String describe(SimulatedEtcd etcd, String what) {
    return what
        + "\nseed "
        + etcd.seed()
        + " (repeat with -D"
        + SeedSweep.SEED_PROPERTY
        + "="
        + etcd.seed()
        + "), at "
        + etcd.now()
        + ", the last events:\n"
        + etcd.recentHistory();
  }
}
