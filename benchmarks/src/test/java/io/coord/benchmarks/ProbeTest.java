package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProbeTest {

  private final Probe probe = new Probe();

  @Test
  void close_countsOnlyWhatWasToldSinceOpen() {
    probe.ended(System.nanoTime());
    probe.counter("attempts").add(5);
    probe.open();
    probe.ended(System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(2000));
    probe.counter("attempts").add(2);

    Window window = probe.close();

    assertThat(window.ops()).isEqualTo(1);
    assertThat(window.count("attempts")).isEqualTo(2);
    assertThat(window.count("unknown")).isZero();
    assertThat(window.micros(50)).isGreaterThanOrEqualTo(1_990_000);
  }

  @Test
  void opsPerSecond_isOpsOverTime() {
    probe.open();
    probe.ended(System.nanoTime());
    Window window = probe.close();

    assertThat(window.opsPerSecond() * window.seconds()).isCloseTo(1, within(1e-6));
  }

  @Test
  void cpuMicrosPerOp_busyThread_isItsTime() {
    probe.open();
    long begunAt = System.nanoTime();
    long spun = 0;
    while (System.nanoTime() - begunAt < TimeUnit.MILLISECONDS.toNanos(100)) {
      spun++;
    }
    probe.ended(begunAt);

    assertThat(spun).isPositive();
    assertThat(probe.close().cpuMicrosPerOp()).isPositive();
  }
}
