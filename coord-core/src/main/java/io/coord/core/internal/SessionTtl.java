package io.coord.core.internal;

import java.time.Duration;

/** The bounds that etcd sets to a lease's time to live. */
public final class SessionTtl {

  private static final long SHORTEST_SECONDS = 1;
  private static final long LONGEST_SECONDS = 9_000_000_000L;

  private SessionTtl() {}

  /**
   * Gives back a time to live that etcd can grant.
   *
   * @throws IllegalArgumentException when it cannot, with the value and the bounds
   */
  public static Duration check(Duration ttl) {
    long seconds = ttl.toSeconds();
    boolean whole = ttl.equals(Duration.ofSeconds(seconds));
    if (!whole || seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
      throw new IllegalArgumentException(
          "the time to live is "
              + ttl
              + "; expected whole seconds, as etcd counts them, from "
              + SHORTEST_SECONDS
              + " to "
              + LONGEST_SECONDS);
    }
    return ttl;
  }
}
