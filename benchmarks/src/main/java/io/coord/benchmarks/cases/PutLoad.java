package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.InFlightLoad;
import io.coord.benchmarks.Load;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;

/** Puts to all keys in turn, with so many in flight. */
final class PutLoad {

  private PutLoad() {}

  static Window measure(Puts puts, int inFlight, BenchOptions options) throws InterruptedException {
    int[] next = new int[inFlight];
    for (int slot = 0; slot < inFlight; slot++) {
      next[slot] = slot % Puts.KEYS;
    }
    InFlightLoad load =
        new InFlightLoad(
            inFlight,
            slot -> {
              int key = next[slot];
              next[slot] = (key + inFlight) % Puts.KEYS;
              return puts.put(key);
            });
    return Load.measure(load, new Probe(), options);
  }
}
