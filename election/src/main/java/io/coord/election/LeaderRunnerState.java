package io.coord.election;

/** What a {@link LeaderRunner} is doing. */
public enum LeaderRunnerState {
  /** Opens a session, stands, and waits for its turn. */
  STANDING,
  /** Leads: the work runs. */
  LEADING,
  /**
   * The work has been told to stop, because the leadership was lost or the runner closed, and has
   * not ended yet; or none runs, and the closed runner gives up what it has in etcd.
   */
  STOPPING,
  /** Waits a moment before it stands again, since the work or standing failed. */
  PAUSING,
  /** Closed, and no work runs. Final. */
  CLOSED
}
