package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class WindowTest {

  private static Window window(long nanos, long latency, long count) {
    Histogram latencies = new Histogram(3);
    latencies.recordValue(latency);
    return new Window(nanos, nanos / 2, latencies, Map.of("c", count));
  }

  @Test
  void sum_ofWindows_addsTimesOperationsAndCounts() {
    Window sum = Window.sum(List.of(window(1_000, 10, 3), window(3_000, 30, 4)));

    assertThat(sum.nanos()).isEqualTo(4_000);
    assertThat(sum.cpuNanos()).isEqualTo(2_000);
    assertThat(sum.ops()).isEqualTo(2);
    assertThat(sum.micros(100)).isEqualTo(0.03);
    assertThat(sum.count("c")).isEqualTo(7);
  }

  @Test
  void together_ofWindows_keepsTheTimeAndAddsOperationsAndCounts() {
    Window together = Window.together(List.of(window(1_000, 10, 3), window(3_000, 30, 4)));

    assertThat(together.nanos()).isEqualTo(3_000);
    assertThat(together.cpuNanos()).isEqualTo(2_000);
    assertThat(together.ops()).isEqualTo(2);
    assertThat(together.count("c")).isEqualTo(7);
  }
}
