package io.coord.it.strangers;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of etcd's own Go packages in a process of its own: src/test/go/stranger. The program is
 * named by the environment's {@code COORD_STRANGER}; where that is not set, the test is skipped.
 */
final class Stranger implements AutoCloseable {

  static final Duration TTL = Duration.ofSeconds(5);

  private static final String PROGRAM = "COORD_STRANGER";
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Stranger(Process process) {
    this.process = process;
    this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "answers of stranger " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts one that is ready for commands. It is connected to the members past the link that tests
   * cut: what Go's client makes of a cut is not the question.
   */
  static Stranger of(EtcdCluster cluster, String kind, String... nameAndCount)
      throws InterruptedException {
    String program = System.getenv(PROGRAM);
    assumeTrue(
        program != null,
        "skipped: no Go client; build it (bin/build-go it-tests/src/test/go/stranger TARGET) and"
            + " name TARGET in "
            + PROGRAM);
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add(pastTheLink(cluster));
    command.add(Long.toString(TTL.toSeconds()));
    command.add(kind);
    command.addAll(List.of(nameAndCount));
    try {
      Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
      Stranger stranger = new Stranger(process);
      assertThat(stranger.answer()).isEqualTo("ready");
      return stranger;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The members' own addresses. */
  static String pastTheLink(EtcdCluster cluster) {
    return cluster.members().stream().map(EtcdMember::directEndpoint).collect(joining(","));
  }

  private void readAnswers() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      answers.add("error " + e);
    }
  }

  /** Gives a command; what comes of it is the next answer. */
  void tell(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next answer, which has to be a good one. */
  String answer() throws InterruptedException {
    Optional<String> answer = answerWithin(BOUND);
    assertThat(answer).as("answer within %s", BOUND).isPresent();
    return answer.get();
  }

  /** Waits for the next answer, which has to be a good one if it comes. */
  Optional<String> answerWithin(Duration limit) throws InterruptedException {
    String answer = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      return Optional.empty();
    }
    assertThat(answer).startsWith("ok");
    return Optional.of(answer.substring("ok".length()).strip());
  }

  /** Gives a command and waits for its answer. */
  String ask(String command) throws InterruptedException {
    tell(command);
    return answer();
  }

  /** Whether no answer has come to the last command. */
  boolean isWaiting() {
    return answers.isEmpty();
  }

  /** Kills it; what it holds stays until its lease has run out. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS).join();
  }
}
