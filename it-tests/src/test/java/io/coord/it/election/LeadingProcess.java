package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.Leadership;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that stands, leads, and writes a row under its guard whenever it is told to; and
 * the handle on it.
 */
final class LeadingProcess implements AutoCloseable {

  static final String ROW = "row";

  private static final long BOUND_SECONDS = 60;

  private final Process process;
  private final BufferedReader said;
  private final PrintWriter orders;

  private LeadingProcess(Process process) {
    this.process = process;
    this.said = process.inputReader(StandardCharsets.UTF_8);
    this.orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
  }

  public static void main(String[] words) throws IOException, InterruptedException {
    try (Coord coord = Coord.connect(words[0]);
        BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Session session = coord.openSession(Duration.ofSeconds(Long.parseLong(words[2])));
      System.out.println("stands");
      Leadership<String> leadership = Election.of(session, words[1]).campaign("child");
      System.out.println("leads " + leadership.key());
      String value = orders.readLine();
      while (value != null) {
        System.out.println("leader " + leadership.isLeader());
        System.out.println("wrote " + write(coord, leadership, value));
        value = orders.readLine();
      }
    }
  }

  private static boolean write(Coord coord, Leadership<String> leadership, String value)
      throws InterruptedException {
    try {
      coord.transaction().require(leadership.guard()).put(ROW, value).commit();
      return true;
    } catch (GuardFailedException e) {
      return false;
    }
  }

  /** Starts one; it stands when this returns. */
  static LeadingProcess start(String endpoints, String name, Duration ttl) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LeadingProcess.class.getName(),
                endpoints,
                name,
                Long.toString(ttl.toSeconds()))
            .redirectError(Redirect.DISCARD)
            .start();
    LeadingProcess started = new LeadingProcess(process);
    started.awaitLine("stands");
    return started;
  }

  /** Waits until it leads, and gives its key. */
  String awaitLeads() throws IOException {
    return awaitLine("leads ");
  }

  /** Has it write the row, and tells whether it still believed that it leads. */
  boolean orderToWrite(String value) throws IOException {
    orders.println(value);
    return Boolean.parseBoolean(awaitLine("leader "));
  }

  /** Whether the write that was ordered last was done. */
  boolean hasWritten() throws IOException {
    return Boolean.parseBoolean(awaitLine("wrote "));
  }

  private String awaitLine(String beginning) throws IOException {
    String line;
    do {
      line = said.readLine();
      assertThat(line).as("what the process says before it ends").isNotNull();
    } while (!line.startsWith(beginning));
    return line.substring(beginning.length());
  }

  /** Kills it as a crash does. */
  void kill() {
    process.destroyForcibly();
  }

  /** Stops it from running, as a long pause of the collector or of the machine does. */
  void stop() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it run on. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(BOUND_SECONDS, TimeUnit.SECONDS).join();
  }
}
