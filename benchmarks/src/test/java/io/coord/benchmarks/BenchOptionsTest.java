package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {

  @Test
  void given_defaults_areNone() {
    assertThat(BenchOptions.defaults().given()).isEmpty();
  }

  @Test
  void given_someFlags_areTheseOnly() {
    assertThat(BenchOptions.defaults().withWorkers(List.of(3)).with(Flag.DEPTH, 5).given())
        .containsExactlyInAnyOrder(Flag.WORKERS, Flag.DEPTH);
  }

  @Test
  void workersOr_given_replaceTheUsual() {
    assertThat(BenchOptions.defaults().workersOr(List.of(1, 2))).containsExactly(1, 2);
    assertThat(BenchOptions.defaults().withWorkers(List.of(7)).workersOr(List.of(1, 2)))
        .containsExactly(7);
  }

  @Test
  void create_workersZero_saysWhatIsExpected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.defaults().withWorkers(List.of(4, 0)))
        .withMessage("--workers is 0; expected at least 1");
  }

  @Test
  void create_secondsZero_saysWhatIsExpected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchOptions.defaults().with(Flag.SECONDS, Duration.ZERO))
        .withMessageContaining("--seconds is 0")
        .withMessageContaining("expected more than 0");
  }

  @Test
  void members_withEndpoints_isRefused() {
    BenchOptions options = BenchOptions.defaults().on(List.of("http://a:1"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> options.with(Flag.MEMBERS, 3))
        .withMessageContaining("http://a:1");
  }

  @Test
  void inTurn_nothingGiven_isBriefButForTheRehearsal() {
    BenchOptions options = BenchOptions.defaults().inTurn();

    assertThat(options.measured()).isEqualTo(Duration.ofMillis(1500));
    assertThat(options.warmup()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.rehearsal()).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void inTurn_given_staysAsItIs() {
    BenchOptions given = Options.brief();

    assertThat(given.inTurn()).isEqualTo(given);
  }

  @Test
  void withoutRehearsal_warmsUpForBoth() {
    BenchOptions rehearsed = BenchOptions.defaults().inTurn();

    assertThat(rehearsed.withoutRehearsal().warmup()).isEqualTo(Duration.ofSeconds(7));
  }
}
