package io.coord.it.torture.real.client;

import io.coord.barriers.CountDownLatch;
import io.coord.core.Coord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Adds to a latch and counts down what it added; others wait. Every few seconds all go on to the
 * next latch, since what killed clients added is never counted down.
 */
public final class LatchWork {

  /** The name under which a history says which latch. */
  public static final String LATCH = "latch";

  private static final long EPOCH_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private LatchWork() {}

  /** The latch of the moment: the same for all clients, as the machine has one monotonic clock. */
  private static String name() {
    return "torture/latch-" + System.nanoTime() / EPOCH_NANOS;
  }

  static Workload counter(Hands hands) {
    return () -> {
      String name = name();
      CountDownLatch latch = CountDownLatch.of(hands.coord(), name);
      int added = 1 + hands.random().nextInt(2);
      boolean counted =
          change(hands, "add", Map.of(LATCH, name, "by", added), () -> latch.add(added));
      hands.recorder().mark();
      hands.pauseUpTo(60);
      hands.recorder().mark();
      for (int i = 0; counted && i < added; i++) {
        // One that fails has not counted.
        change(hands, "down", Map.of(LATCH, name, "by", 1), latch::countDown);
        hands.recorder().mark();
      }
      hands.pauseUpTo(60);
    };
  }

  static Workload waiter(Hands hands) {
    return () -> {
      String name = name();
      CountDownLatch latch = CountDownLatch.of(hands.coord(), name);
      hands.recorder().mark();
      Optional<Boolean> unused =
          hands
              .recorder()
              .call(
                  "await",
                  Map.of(LATCH, name),
                  () -> latch.await(PATIENCE),
                  passed -> Map.of("passed", passed));
      hands.recorder().mark();
      hands.pauseUpTo(60);
    };
  }

  private static boolean change(
      Hands hands, String action, Map<String, ?> with, Recorder.Doing<Long> doing)
      throws InterruptedException {
    return hands.recorder().call(action, with, doing, count -> Map.of("count", count)).isPresent();
  }

  /** Writes down what each latch counts in the end, and deletes those that are not at zero. */
  public static void settle(Coord coord, Recorder recorder, SortedSet<String> names)
      throws InterruptedException {
    for (String name : names) {
      CountDownLatch latch = CountDownLatch.of(coord, name);
      Optional<Long> unused =
          recorder.call(
              "final", Map.of(LATCH, name), latch::count, count -> Map.of("count", count));
      recorder.write("delete", Map.of(), coord.transaction().delete(name));
    }
  }
}
