package io.coord.it.torture.real;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** After the faults every worker of every client must go on. One that does not, hangs. */
final class Calm {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The first round may have been under way already, and nearly over. */
  private static final long ROUNDS = 2;

  private final Fleet fleet;
  private final Map<String, Map<String, Long>> begin = new HashMap<>();

  Calm(Fleet fleet) {
    this.fleet = fleet;
    fleet.all().forEach(client -> begin.put(client.name(), client.rounds()));
  }

  /** Waits until all have gone on; gives those that have not. */
  List<Map<String, String>> await() throws InterruptedException {
    long start = System.nanoTime();
    List<Map<String, String>> still = still();
    while (!still.isEmpty() && System.nanoTime() - start < LIMIT.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(500);
      still = still();
    }
    return still;
  }

  private List<Map<String, String>> still() {
    List<Map<String, String>> still = new ArrayList<>();
    for (ClientProcess client : fleet.all()) {
      Map<String, Long> before = begin.getOrDefault(client.name(), Map.of());
      Map<String, Long> now = client.rounds();
      if (now.isEmpty()) {
        still.add(Map.of("client", client.name(), "worker", "all"));
      }
      now.forEach(
          (worker, rounds) -> {
            if (rounds < before.getOrDefault(worker, 0L) + ROUNDS) {
              still.add(Map.of("client", client.name(), "worker", worker));
            }
          });
    }
    return still;
  }
}
