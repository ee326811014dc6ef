package io.coord.benchmarks.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coord.benchmarks.BenchException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tellers in a process of their own, ours or those of the Go peer: both are told and say the same.
 * It does not outlive this one: its input is a pipe from here.
 */
final class TellerProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How much longer than asked for a phase may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TellerPlan plan;
  private final Process process;
  private final CompletableFuture<String> warm = new CompletableFuture<>();
  private final CompletableFuture<String> report = new CompletableFuture<>();

  private TellerProcess(TellerPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
  }

  /** Starts it; it begins to warm up. */
  static TellerProcess start(List<String> command, TellerPlan plan) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new BenchException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
    }
    TellerProcess started = new TellerProcess(plan, process);
    Thread reader = new Thread(started::listen, "bench-teller-" + process.pid());
    reader.setDaemon(true);
    reader.start();
    try {
      started.tell(JSON.writeValueAsString(plan));
    } catch (JsonProcessingException e) {
      started.close();
      throw new UncheckedIOException(e);
    }
    return started;
  }

  private void listen() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (CompletableFuture<String> expected : List.of(warm, report)) {
        String line = out.readLine();
        if (line != null) {
          expected.complete(line);
        }
      }
    } catch (IOException e) {
      // It is gone, and says nothing more.
    }
    EOFException early = new EOFException("the output ended");
    warm.completeExceptionally(early);
    report.completeExceptionally(early);
  }

  /** Waits until its load has run for the warm-up. */
  void awaitWarm() throws InterruptedException {
    String said = within(plan.warmUp().plus(PATIENCE), warm);
    if (!said.equals(TellerMain.WARM)) {
      throw new BenchException(
          "a process of tellers said '" + said + "'; expected '" + TellerMain.WARM + "'");
    }
  }

  /** Lets it begin to measure. */
  void go() {
    tell(TellerMain.GO);
  }

  /** Waits until it has measured, and ended its load. */
  TellerReport awaitReport() throws InterruptedException {
    String said = within(plan.measured().plus(PATIENCE), report);
    try {
      return JSON.readValue(said, TellerReport.class);
    } catch (JsonProcessingException e) {
      throw new BenchException("the report of a process of tellers cannot be read", e);
    }
  }

  private void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It is gone; that will be seen by what it does not say.
    }
  }

  private static <T> T within(Duration limit, CompletableFuture<T> future)
      throws InterruptedException {
    try {
      return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new BenchException(
          "a process of tellers said nothing within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new BenchException("a process of tellers has ended early; its errors stand above", e);
    }
  }

  /** Kills it, if it runs, and waits until it is gone; keeps the interrupt status. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
