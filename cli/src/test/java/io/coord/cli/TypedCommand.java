package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that runs in this process, with somebody who types lines and reads what it says. */
final class TypedCommand implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final Thread thread;

  private TypedCommand(String endpoints, String... arguments) throws IOException {
    Surroundings surroundings =
        new Surroundings(
            Map.of("COORD_ENDPOINTS", endpoints), new PipedInputStream(keyboard, 1 << 16));
    thread =
        new Thread(
            () ->
                exitCode.complete(
                    Main.commandLine(surroundings)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(arguments)),
            "typed-" + arguments[0]);
    thread.start();
  }

  static TypedCommand start(String endpoints, String... arguments) throws IOException {
    return new TypedCommand(endpoints, arguments);
  }

  TypedCommand type(String... lines) throws IOException {
    for (String line : lines) {
      keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    keyboard.flush();
    return this;
  }

  /** A line of bytes that need be no text. */
  TypedCommand type(byte[] line) throws IOException {
    keyboard.write(line);
    return type("");
  }

  /** Waits until it has said something, a number of times. */
  TypedCommand awaitSaid(String text, int times) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(said().lines().filter(line -> line.contains(text)))
                    .as("\"%s\" in what was said:%n%s%s", text, said(), err)
                    .hasSizeGreaterThanOrEqualTo(times));
    return this;
  }

  TypedCommand awaitSaid(String text) {
    return awaitSaid(text, 1);
  }

  String said() {
    return out.toString();
  }

  String complained() {
    return err.toString();
  }

  /** Ends the input, and waits for the exit code. */
  int end() throws Exception {
    keyboard.close();
    return exitCode.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Interrupts the command, as a signal does, and waits until it has cleaned up. */
  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(LIMIT.toMillis());
    assertThat(thread.isAlive()).as("%s still runs", thread.getName()).isFalse();
  }
}
