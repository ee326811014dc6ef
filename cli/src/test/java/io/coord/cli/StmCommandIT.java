package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The bank on a real cluster, as it is run by hand. */
@EtcdTest
@Timeout(120)
class StmCommandIT extends ClusterScenario {

  private final StringWriter out = new StringWriter();

  StmCommandIT(EtcdCluster cluster) {
    super(cluster);
  }

  private int stm(String... options) {
    CommandLine command =
        Main.commandLine(
                new Surroundings(
                    Map.of("COORD_ENDPOINTS", endpoints), InputStream.nullInputStream()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(out));
    String[] words = new String[options.length + 1];
    words[0] = "stm";
    System.arraycopy(options, 0, words, 1, options.length);
    return command.execute(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"serializable-snapshot", "serializable", "repeatable-reads"})
  void stm_levelsThatRefuseLostUpdates_keepTheSum(String level) {
    assertThat(stm("--isolation", level, "--workers=4", "--transfers=10", "--accounts=3")).isZero();

    assertThat(out.toString()).contains("40 of 40 commits").contains("sum: 300, as it was");
  }

  @Test
  void stm_readCommitted_losesUpdatesAndFails() {
    assertThat(stm("--isolation=read-committed", "--accounts=2", "--workers=8", "--seconds=1"))
        .isEqualTo(1);

    assertThat(out.toString()).contains(" 0 conflicts").contains("WRONG, expected 200");
  }

  @Test
  void stm_seconds_goesOnForThatLongAndShowsWhatAReaderSees() {
    assertThat(stm("--seconds=2500ms")).isZero();

    assertThat(out.toString().lines().filter(line -> line.contains(" commits, ")))
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(
            line -> line.matches("[1-9][0-9]* commits, [0-9]+ conflicts, sum 500, [0-9.]+ s"));
    assertThat(out.toString()).contains("10 workers for 2.5 s").contains("sum: 500, as it was");
  }
}
