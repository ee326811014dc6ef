package io.coord.benchmarks.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.BenchOptions;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The same cases on etcd's own Go client, in a process of its own for each measurement. */
final class GoPeer {

  private static final String PROGRAM_VARIABLE = "COORD_GO_PEER";
  private static final String HOME_PROPERTY = "coord.home";

  /** What both programs tell beyond what every case tells, and is of use in a comparison. */
  private static final List<String> DETAILS = List.of("accounts", "attempts_per_op");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path program;

  /** Uses a program that has been built. */
  GoPeer(Path program) {
    this.program = program;
  }

  /**
   * Builds the program from the sources beside us, which takes a minute the first time and a second
   * from then on; the variable {@code COORD_GO_PEER} may name one that exists.
   */
  static GoPeer build() throws InterruptedException {
    Optional<String> built = Optional.ofNullable(System.getenv(PROGRAM_VARIABLE));
    if (built.isPresent()) {
      return new GoPeer(Path.of(built.get()));
    }
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      throw new BenchException(
          "there is no Go peer to compare with: run bin/coord, which builds it from its sources, or"
              + " name one in the variable "
              + PROGRAM_VARIABLE);
    }
    Path script = Path.of(home, "benchmarks", "peers", "go", "build");
    return new GoPeer(Path.of(run(List.of(script.toString()))));
  }

  /** Measures a case with one number of workers. */
  Measurement measure(String caseName, List<String> endpoints, BenchOptions options, int workers)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add(caseName);
    command.add("--endpoints=" + String.join(",", endpoints));
    command.add("--workers=" + workers);
    command.add("--seconds=" + options.measured().toMillis() / 1e3);
    command.add("--warmup=" + options.warmup().toMillis() / 1e3);
    if (options.times().containsKey(Flag.HOLD)) {
      command.add("--hold=" + options.times().get(Flag.HOLD).toMillis() + "ms");
    }
    for (Flag flag : List.of(Flag.ACCOUNTS, Flag.READ, Flag.ITEMS, Flag.DEPTH, Flag.PRIORITIES)) {
      if (options.numbers().containsKey(flag)) {
        command.add(flag.option() + "=" + options.numbers().get(flag));
      }
    }
    return measurement(caseName + "-go", run(command));
  }

  /** The command for a process that does what {@link TellerMain} does. */
  List<String> tellers() {
    return List.of(program.toString(), "tellers");
  }

  private static Measurement measurement(String name, String line) {
    JsonNode told;
    try {
      told = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new BenchException("the Go peer printed '" + line + "'; expected a JSON object", e);
    }
    Measurement measured =
        new Measurement(
            name,
            told.path("workers").asInt(),
            told.path("seconds").asDouble(),
            told.path("ops").asLong(),
            told.path("ops_per_s").asDouble(),
            told.path("p50_us").asDouble(),
            told.path("p99_us").asDouble(),
            told.path("client_cpu_us_per_op").asDouble(),
            told.path("violations").asLong(),
            Map.of());
    for (String detail : DETAILS) {
      if (told.has(detail)) {
        measured = measured.with(detail, told.get(detail).asDouble());
      }
    }
    return measured;
  }

  /** What a program prints; it ends with us. */
  private static String run(List<String> command) throws InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new BenchException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
    }
    try {
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      if (code != 0) {
        throw new BenchException(command.get(0) + " ended with code " + code + "; expected 0");
      }
      return printed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      end(process);
    }
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(1, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
