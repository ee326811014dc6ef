package io.coord.cli.tour;

import static java.util.stream.Collectors.joining;

import io.coord.cli.LifeLine;
import io.coord.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** This program once more, in a process of its own, which does not outlive this one. */
final class ChildProgram implements AutoCloseable {

  private final String name;
  private final Process process;
  private final CompletableFuture<Matcher> found = new CompletableFuture<>();
  private final CompletableFuture<List<String>> said = new CompletableFuture<>();

  /** Kept apart from what it says, for the JVM writes there too, whatever it has to warn of. */
  private final CompletableFuture<List<String>> complaints = new CompletableFuture<>();

  private ChildProgram(String name, Process process) {
    this.name = name;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param name what it is called here
   * @param expected the line that {@link #awaitExpected()} waits for
   */
  static ChildProgram start(String name, List<String> arguments, Pattern expected) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", LifeLine.JVM_OPTION));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    words.addAll(arguments);
    try {
      ChildProgram child = new ChildProgram(name, new ProcessBuilder(words).start());
      child.begin("out", () -> child.listen(expected));
      child.begin("err", child::listenToComplaints);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("a process cannot be started: " + e.getMessage(), e);
    }
  }

  private void begin(String stream, Runnable reading) {
    Thread reader = new Thread(reading, "coord-demo-" + name + "-" + stream);
    reader.setDaemon(true);
    reader.start();
  }

  private void listen(Pattern expected) {
    List<String> lines =
        lines(
            process.getInputStream(),
            line -> {
              Matcher matcher = expected.matcher(line);
              if (matcher.matches()) {
                found.complete(matcher);
              }
            });
    said.complete(lines);
    found.completeExceptionally(
        new IllegalStateException(this + " has ended early: " + withComplaints(lines)));
  }

  private void listenToComplaints() {
    complaints.complete(lines(process.getErrorStream(), line -> {}));
  }

  private static List<String> lines(InputStream stream, Consumer<String> each) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        each.accept(line);
      }
    } catch (IOException e) {
      lines.add("its output cannot be read: " + e.getMessage());
    }
    return List.copyOf(lines);
  }

  /** For one that has ended: there will be no more of either. */
  private String withComplaints(List<String> lines) {
    return Stream.concat(lines.stream(), complaints.join().stream()).collect(joining("; "));
  }

  String name() {
    return name;
  }

  /** Types lines. */
  void tell(String... lines) {
    try {
      OutputStream keyboard = process.getOutputStream();
      for (String line : lines) {
        keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(this + " does not listen: " + e.getMessage(), e);
    }
  }

  /** Waits for the line that is expected of it. */
  Matcher awaitExpected() throws InterruptedException {
    return within(found);
  }

  /** Waits until it has ended by itself, and well; gives what it wrote to its output. */
  List<String> awaitEnd() throws InterruptedException {
    List<String> lines = within(said);
    within(process.onExit());
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          this + " failed with " + process.exitValue() + ": " + withComplaints(lines));
    }
    return lines;
  }

  /** Waits until it has ended, however. */
  void awaitExit() throws InterruptedException {
    Process unused = within(process.onExit());
  }

  private <T> T within(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(Looking.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          this + " did not do what was expected within " + Looking.LIMIT.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IllegalStateException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }

  /** Sends SIGKILL: it can do nothing more. */
  void kill() {
    process.destroyForcibly();
  }

  /** Sends SIGTERM: it cleans up. By its handle, since that leaves its input open. */
  void end() {
    boolean unused = process.toHandle().destroy();
  }

  /** Kills it, if it runs, and waits until it is gone; keeps the interrupt status. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public String toString() {
    return name + " (pid " + process.pid() + ")";
  }
}
