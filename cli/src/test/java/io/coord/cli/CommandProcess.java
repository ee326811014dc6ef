package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, with its output and what it complains about together. */
final class CommandProcess implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;

  private CommandProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static CommandProcess start(String endpoints, String... arguments) throws IOException {
    return start(Map.of("COORD_ENDPOINTS", endpoints), arguments);
  }

  /** One with more in its environment. */
  static CommandProcess start(Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new CommandProcess(builder.start());
  }

  /** Reads on to a line that contains this. */
  String awaitLine(String part) throws IOException {
    List<String> before = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.contains(part)) {
        return line;
      }
      before.add(line);
    }
    throw new IOException("it ended without \"" + part + "\": " + before);
  }

  /** Reads no more, as a pipe whose reader has ended. */
  void closeOutput() throws IOException {
    output.close();
  }

  /** Sends SIGTERM. */
  void terminate() {
    assertThat(process.toHandle().destroy()).isTrue();
  }

  int awaitExitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it has ended").isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
