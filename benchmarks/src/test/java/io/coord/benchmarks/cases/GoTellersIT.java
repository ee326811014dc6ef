package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coord.benchmarks.Connector;
import io.coord.benchmarks.Options;
import io.coord.core.Coord;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tellers of the Go peer, as {@code stm-procs-compare} starts them. The program is named by the
 * environment's {@code COORD_GO_PEER}; where that is not set, the test is skipped.
 */
@EtcdTest
@Timeout(60)
class GoTellersIT {

  private static final String PROGRAM = "COORD_GO_PEER";
  private static final int ACCOUNTS = 5;

  private static List<String> tellers() {
    String program = System.getenv(PROGRAM);
    assumeTrue(
        program != null,
        "skipped: no Go peer; build it (benchmarks/peers/go/build TARGET) and name TARGET in "
            + PROGRAM);
    return new GoPeer(Path.of(program)).tellers();
  }

  @Test
  void tellers_twoProcesses_moveMoneyAndTellOfEveryTransfer(EtcdCluster cluster)
      throws InterruptedException {
    List<String> command = tellers();
    try (Coord coord = Connector.plain().connect(cluster.endpoints())) {
      Bank bank = new Bank("bank/", ACCOUNTS);
      bank.open(coord);
      TellerPlan plan = TellerPlan.of(coord.config(), bank.prefix(), ACCOUNTS, 3, Options.brief());
      try (TellerProcess one = TellerProcess.start(command, plan);
          TellerProcess other = TellerProcess.start(command, plan)) {
        List<TellerProcess> both = List.of(one, other);
        for (TellerProcess process : both) {
          process.awaitWarm();
        }
        both.forEach(TellerProcess::go);
        for (TellerProcess process : both) {
          TellerReport report = process.awaitReport();
          assertThat(report.window().ops()).isPositive();
          assertThat(report.window().count(StmCase.ATTEMPTS))
              .isGreaterThanOrEqualTo(report.window().ops());
          assertThat(report.transfers().size()).isGreaterThanOrEqualTo((int) report.window().ops());
          bank.journal().enterAll(report.transfers());
        }
      }

      Bank.Audit audit = bank.audit(coord);

      assertThat(audit.sumDifference()).isZero();
      assertThat(audit.replayDifferences()).isZero();
    }
  }
}
