package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StmCaseTest {

  private static final BenchOptions NOTHING = BenchOptions.defaults();

  private static List<String> rows(MeasuredCase one, BenchOptions asked) {
    return one.settings(asked).stream()
        .map(
            setting ->
                setting.options().numberOr(Flag.ACCOUNTS, 5)
                    + "/"
                    + setting.workers()
                    + setting.goal().map(goal -> " " + goal).orElse(""))
        .toList();
  }

  @Test
  void settings_nothingAsked_areTheTableWithItsGoals() {
    assertThat(rows(StmCase.oneProcess(), NOTHING))
        .containsExactly("5/1 1.3", "5/10 3.0", "5/64 20.0", "100/64 4.0", "10000/64 2.5");
    assertThat(rows(new StmProcessesCase(), NOTHING)).containsExactly("5/64 5.0");
  }

  @Test
  void settings_workersOrAccountsAsked_areThoseWithTheGoalsOfTheTable() {
    assertThat(rows(StmCase.oneProcess(), NOTHING.withWorkers(List.of(3)))).containsExactly("5/3");
    assertThat(rows(StmCase.oneProcess(), NOTHING.with(Flag.ACCOUNTS, 7)))
        .containsExactly("7/1", "7/10", "7/64");
    assertThat(rows(StmCase.oneProcess(), NOTHING.with(Flag.ACCOUNTS, 100)))
        .containsExactly("100/1", "100/10", "100/64 4.0");
    assertThat(rows(new StmProcessesCase(), NOTHING.withWorkers(List.of(64, 8))))
        .containsExactly("5/64 5.0", "5/8");
  }

  @Test
  void limit_isACommitOfAllWhoShareIt() {
    assertThat(limits(StmCase.oneProcess()))
        .containsExactly(
            Optional.of(CommitLimit.sharing(1, 3)),
            Optional.of(CommitLimit.sharing(10, 6)),
            Optional.of(CommitLimit.sharing(64, 6)),
            Optional.of(CommitLimit.sharing(64, 101)),
            Optional.of(CommitLimit.sharing(63, 127)));
    assertThat(limits(new StmProcessesCase()))
        .containsExactly(Optional.of(CommitLimit.sharing(32, 6)));
  }

  private static List<Optional<CommitLimit>> limits(MeasuredCase one) {
    return one.settings(NOTHING).stream().map(one::limit).toList();
  }
}
