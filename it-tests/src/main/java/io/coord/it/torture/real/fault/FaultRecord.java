package io.coord.it.torture.real.fault;

/**
 * A fault that was made.
 *
 * @param kind what was done, such as {@code kill}
 * @param target at whom, such as {@code m0} or {@code c2.1}
 * @param began when, in nanoseconds of the monotonic clock
 * @param ended when it was over; the same as {@code began} for one of a moment
 */
public record FaultRecord(String kind, String target, long began, long ended) {

  /** The kind of those after which a client does nothing more. */
  public static final String CLIENT_KILLED = "client killed";

  /** Gives the kind of a fault at a client. */
  public boolean hitsClient() {
    return kind.startsWith("client");
  }
}
