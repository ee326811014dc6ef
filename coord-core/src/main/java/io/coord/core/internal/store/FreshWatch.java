package io.coord.core.internal.store;

import java.time.Duration;
import java.util.List;

/**
 * What to do about a watch that has only just been opened.
 *
 * <p>etcd may serve it by the loop that catches up with the past, which runs every 100 ms, until it
 * has done so once. Who cannot wait for that reads what he watches again, a few times.
 */
public final class FreshWatch {

  /** When to read again, from the moment at which the watch stands. */
  public static final List<Duration> LOOK_AGAIN =
      List.of(
          Duration.ofMillis(5),
          Duration.ofMillis(20),
          Duration.ofMillis(60),
          Duration.ofMillis(110));

  private FreshWatch() {}
}
