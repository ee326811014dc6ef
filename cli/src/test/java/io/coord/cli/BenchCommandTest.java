package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... args) {
    CommandLine command =
        Main.commandLine(new Surroundings(Map.of(), InputStream.nullInputStream()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(args));
    return command.execute(all.toArray(String[]::new));
  }

  @Test
  void bench_noCase_listsTheCases() {
    assertThat(bench()).isZero();

    assertThat(out.toString()).contains("rawput ", "rawput-jetcd ", "sessions ", "failover ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void bench_unknownCase_listsTheCases() {
    assertThat(bench("rawputt")).isEqualTo(2);

    assertThat(err.toString()).contains("unknown case 'rawputt'", "rawput-jetcd");
  }

  @ParameterizedTest
  @CsvSource({
    "rawput, --depth=3, does not know --depth",
    "failover, --endpoints=http://127.0.0.1:2379, a cluster of its own",
    "rawput, --workers=0, expected at least 1",
    "rawput, --seconds=0, expected more than 0",
    "sessions, --hold=long, a number with its unit",
    "rawput, --endpoints=ftp://somewhere, https"
  })
  void bench_badOption_saysWhatWouldBeRight(String name, String option, String expected) {
    assertThat(bench(name, option)).isEqualTo(2);

    assertThat(err.toString()).startsWith("coord: ").contains(expected);
    assertThat(out.toString()).isEmpty();
  }
}
