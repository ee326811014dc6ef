package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoPeerTest {

  private static final List<String> ENDPOINTS = List.of("http://a:1", "http://b:2");

  @TempDir private Path folder;

  private GoPeer peer(String script) throws IOException {
    return new GoPeer(program(folder, script));
  }

  /** A shell script as a program. */
  static Path program(Path folder, String script) throws IOException {
    Path program = Files.writeString(folder.resolve("peer"), "#!/bin/sh\n" + script + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  @Test
  void measure_passesOnWhatWasAskedFor() throws IOException, InterruptedException {
    Path asked = folder.resolve("asked");
    GoPeer peer = peer("echo \"$@\" > '" + asked + "'; echo '{}'");

    peer.measure(
        "lock-handoff",
        ENDPOINTS,
        Options.brief().with(Flag.HOLD, Duration.ofMillis(5)).with(Flag.ACCOUNTS, 7),
        2);

    assertThat(asked)
        .hasContent(
            "lock-handoff --endpoints=http://a:1,http://b:2 --workers=2 --seconds=0.3"
                + " --warmup=0.01 --hold=5ms --accounts=7");
  }

  @Test
  void measure_readsWhatItPrints() throws IOException, InterruptedException {
    GoPeer peer =
        peer(
            "echo '{\"case\":\"x\",\"workers\":3,\"seconds\":1.5,\"ops\":30,\"ops_per_s\":20.0,"
                + "\"p50_us\":7,\"p99_us\":9,\"client_cpu_us_per_op\":4,\"violations\":1}'");

    Measurement measured = peer.measure("x", ENDPOINTS, Options.brief(), 3);

    assertThat(measured.caseName()).isEqualTo("x-go");
    assertThat(measured.workers()).isEqualTo(3);
    assertThat(measured.ops()).isEqualTo(30);
    assertThat(measured.opsPerSecond()).isEqualTo(20);
    assertThat(measured.p50Micros()).isEqualTo(7);
    assertThat(measured.p99Micros()).isEqualTo(9);
    assertThat(measured.clientCpuMicrosPerOp()).isEqualTo(4);
    assertThat(measured.violations()).isEqualTo(1);
  }

  @Test
  void measure_programFails_saysSo() throws IOException {
    GoPeer peer = peer("exit 3");

    assertThatThrownBy(() -> peer.measure("x", ENDPOINTS, Options.brief(), 1))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("ended with code 3");
  }

  @Test
  void measure_printsSomethingElse_saysWhatWasExpected() throws IOException {
    GoPeer peer = peer("echo hello");

    assertThatThrownBy(() -> peer.measure("x", ENDPOINTS, Options.brief(), 1))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("'hello'");
  }
}
