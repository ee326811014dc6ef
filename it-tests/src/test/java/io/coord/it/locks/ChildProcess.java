package io.coord.it.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own with this one's class path. */
final class ChildProcess implements AutoCloseable {

  private static final long BOUND_SECONDS = 60;

  private final Process process;
  private final BufferedReader said;

  private ChildProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
  }

  static ChildProcess start(Class<?> main, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(words));
    return new ChildProcess(new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
  }

  /** Reads on to a line that begins so, and gives the rest of it. */
  String awaitLine(String beginning) throws IOException {
    String line;
    do {
      line = said.readLine();
      assertThat(line).as("what the process says before it ends").isNotNull();
    } while (!line.startsWith(beginning));
    return line.substring(beginning.length()).strip();
  }

  /** Tells it a line. */
  void tell(String line) throws IOException {
    Writer words = process.outputWriter(StandardCharsets.UTF_8);
    words.write(line + "\n");
    words.flush();
  }

  /** Sends it a signal, such as STOP and CONT. */
  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  /** Waits for its end, which has to be a good one. */
  void awaitSuccess() throws InterruptedException {
    assertThat(process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  /** Kills it as a crash does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(BOUND_SECONDS, TimeUnit.SECONDS).join();
  }
}
