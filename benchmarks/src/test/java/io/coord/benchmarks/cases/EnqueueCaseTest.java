package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnqueueCaseTest {

  private static final BenchOptions NOTHING = BenchOptions.defaults();

  private static List<String> rows(EnqueueCase one, BenchOptions asked) {
    return one.settings(asked).stream()
        .map(
            setting ->
                setting.workers()
                    + "/"
                    + setting.options().numberOr(Flag.PRIORITIES, 0)
                    + setting.goal().map(goal -> " " + goal).orElse(""))
        .toList();
  }

  @Test
  void settings_nothingAsked_areTheTableWithItsGoals() {
    assertThat(rows(EnqueueCase.fifo(), NOTHING))
        .containsExactly("1/0 1.2", "16/0 2.0", "64/0 3.0");
    assertThat(rows(EnqueueCase.priority(), NOTHING))
        .containsExactly("1/10 1.5", "16/10 3.0", "16/1 20.0");
  }

  @Test
  void settings_someAsked_areThoseWithTheGoalsOfTheTable() {
    assertThat(rows(EnqueueCase.fifo(), NOTHING.withWorkers(List.of(16, 3))))
        .containsExactly("16/0 2.0", "3/0");
    assertThat(rows(EnqueueCase.priority(), NOTHING.with(Flag.PRIORITIES, 1)))
        .containsExactly("1/1", "16/1 20.0");
  }
}
