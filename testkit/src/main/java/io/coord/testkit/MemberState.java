package io.coord.testkit;

/** Whether a member runs. */
public enum MemberState {
  /** It runs. */
  RUNNING,
  /** It exists and its connections are up, but it gets no processor time. */
  FROZEN,
  /** It was killed or stopped. Its data remain. */
  DOWN
}
