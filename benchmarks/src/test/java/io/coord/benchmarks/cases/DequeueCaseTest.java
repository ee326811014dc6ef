package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DequeueCaseTest {

  private static final BenchOptions NOTHING = BenchOptions.defaults();

  @Test
  void settings_nothingGiven_areTheRowsOfTheTable() {
    assertThat(DequeueCase.fifoAtDepth().settings(NOTHING))
        .extracting(setting -> setting.options().numberOr(Flag.DEPTH, 0))
        .containsExactly(1_000, 10_000, 50_000);
    assertThat(DequeueCase.fifo().settings(NOTHING))
        .extracting(Setting::goal)
        .containsExactly(Optional.of(4.0), Optional.of(15.0), Optional.of(40.0));
  }

  @Test
  void settings_workersGiven_areOneForEach() {
    assertThat(DequeueCase.fifo().settings(NOTHING.withWorkers(List.of(4, 7))))
        .extracting(Setting::workers)
        .containsExactly(4, 7);
  }

  @Test
  void settings_depthGiven_isTheOnlyOneAndHasNoGoal() {
    List<Setting> settings = DequeueCase.fifoAtDepth().settings(NOTHING.with(Flag.DEPTH, 300));

    assertThat(settings).hasSize(1);
    assertThat(settings.get(0).options().numberOr(Flag.DEPTH, 0)).isEqualTo(300);
    assertThat(settings.get(0).goal()).isEmpty();
  }
}
