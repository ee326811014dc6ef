package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.it.locks.SimulatedThreads;
import io.coord.it.locks.SimulatedThreads.SimulatedThread;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** Threads that wait in a double barrier and are interrupted. */
class DoubleBarrierInterruptTest {

  private static final Duration TTL = Duration.ofSeconds(10);

  @Test
  void enter_interruptedWhileItJoinsAndConnectionClosed_ends() {
    SeedSweep.of(20).run(SimulatedFaults.none(), DoubleBarrierInterruptTest::interruptAndClose);
  }

  private static void interruptAndClose(SimulatedEtcd etcd) {
    Coord coord = etcd.coord("a");
    DoubleBarrier member = DoubleBarrier.of(etcd.await(coord.openSessionAsync(TTL)), "team", 2);
    try (SimulatedThreads threads = new SimulatedThreads(etcd)) {
      SimulatedThread thread = threads.start("entering");
      FutureTask<Boolean> entering =
          thread.begin(
              () -> {
                member.enter();
                return true;
              });
      threads.runFor(Duration.ofNanos(100_000));
      thread.interrupt();
      etcd.close(coord);
      threads.runFor(Duration.ofSeconds(60));

      assertThat(entering).isDone();
    }
  }
}
