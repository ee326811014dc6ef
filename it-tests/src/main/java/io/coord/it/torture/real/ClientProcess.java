package io.coord.it.torture.real;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.it.torture.real.client.ClientMain;
import io.coord.it.torture.real.client.ClientPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A client in a JVM of its own, which does not outlive this one: its input is a pipe from here. */
final class ClientProcess {

  private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);

  private final ClientPlan plan;
  private final Process process;

  /** The worker's rounds, as it told last. */
  @GuardedBy("this")
  private final Map<String, Long> rounds = new HashMap<>();

  private ClientProcess(ClientPlan plan, Process process) {
    this.plan = plan;
    this.process = process;
  }

  /** Starts it. What it logs goes to a file. */
  static ClientProcess start(ClientPlan plan, Path log) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.add(ClientMain.class.getName());
    words.addAll(plan.arguments());
    try {
      Process process =
          new ProcessBuilder(words).redirectError(Redirect.appendTo(log.toFile())).start();
      ClientProcess client = new ClientProcess(plan, process);
      Thread reader = new Thread(client::listen, "torture-" + plan.name());
      reader.setDaemon(true);
      reader.start();
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("a client cannot be started: " + e.getMessage(), e);
    }
  }

  private void listen() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        hear(line.split(" ", -1));
      }
    } catch (IOException e) {
      // It is gone, and says nothing more.
    }
  }

  private synchronized void hear(String[] words) {
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      rounds.put(words[i].substring(0, equals), Long.parseLong(words[i].substring(equals + 1)));
    }
  }

  String name() {
    return plan.name();
  }

  /** How often each of its workers has been around. */
  synchronized Map<String, Long> rounds() {
    return Map.copyOf(rounds);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Sends SIGSTOP. */
  void pause() throws InterruptedException {
    signal("STOP");
  }

  /** Sends SIGCONT. */
  void goOn() throws InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws InterruptedException {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (!kill.waitFor(SIGNAL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("\"kill -" + name + "\" does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no signal can be sent: " + e.getMessage(), e);
    }
  }

  /** Asks it to stop; {@link #awaitEnd} waits for that. */
  void stop() {
    try {
      process.getOutputStream().write((ClientMain.STOP + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      // It is gone; that will be seen by its history.
    }
  }

  /** Waits until it has ended; gives whether it did, and well. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
  }
}
