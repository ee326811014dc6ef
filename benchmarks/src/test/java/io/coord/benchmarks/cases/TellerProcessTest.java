package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.Options;
import io.coord.benchmarks.Window;
import io.coord.benchmarks.cases.TransferJournal.Entry;
import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A shell script says what a process of tellers might say. */
@Timeout(60)
class TellerProcessTest {

  private static final CoordConfig REACHED =
      Coord.builder().endpoints("http://a:1").namespace("n/").credentials("root", "secret").build();

  private static final TellerPlan PLAN = TellerPlan.of(REACHED, "account-", 5, 3, Options.brief());

  private static TellerProcess saying(String script) {
    return TellerProcess.start(List.of("/bin/sh", "-c", script), PLAN);
  }

  @Test
  void report_isReadWhenItIsWarmAndWasToldToGo() throws InterruptedException {
    String report =
        "{\"seconds\":0.5,\"ops\":3,\"attempts\":4,\"client_cpu_us\":60,"
            + "\"latencies_us\":[[100,2],[300,1]],\"transfers\":[[7,1,0,100,4,90]]}";
    try (TellerProcess process =
        saying("read plan; echo warm; read go; test \"$go\" = go && echo '" + report + "'")) {
      process.awaitWarm();
      process.go();
      TellerReport read = process.awaitReport();

      assertThat(read.transfers()).containsExactly(new Entry(7, 1, 0, 100, 4, 90));
      Window window = read.window();
      assertThat(window.ops()).isEqualTo(3);
      assertThat(window.opsPerSecond()).isEqualTo(6);
      assertThat(window.micros(50)).isBetween(99.9, 100.1);
      assertThat(window.micros(99)).isBetween(299.0, 301.0);
      assertThat(window.cpuMicrosPerOp()).isEqualTo(20);
      assertThat(window.count(StmCase.ATTEMPTS)).isEqualTo(4);
    }
  }

  @Test
  void awaitWarm_itEndsEarly_saysSo() {
    try (TellerProcess process = saying("exit 3")) {
      assertThatThrownBy(process::awaitWarm)
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("ended early");
    }
  }

  @Test
  void awaitWarm_itSaysSomethingElse_saysWhatWasExpected() {
    try (TellerProcess process = saying("read plan; echo hello")) {
      assertThatThrownBy(process::awaitWarm)
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("'hello'; expected 'warm'");
    }
  }

  @Test
  void toString_ofAPlan_showsNoPassword() {
    assertThat(PLAN.toString()).contains("n/").doesNotContain("secret");
  }
}
