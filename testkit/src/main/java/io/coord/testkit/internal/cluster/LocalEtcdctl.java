package io.coord.testkit.internal.cluster;

import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdctlProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An etcdctl that is a process of this machine. */
final class LocalEtcdctl implements EtcdctlProcess {

  private static final Logger LOG = LoggerFactory.getLogger(LocalEtcdctl.class);
  private static final long END_SECONDS = 10;

  private final String name;
  private final Process process;
  private final CommandOutput output;

  LocalEtcdctl(String name, Process process) {
    this.name = name;
    this.process = process;
    this.output = CommandOutput.of(name);
    pump(process.getInputStream(), output.output());
    pump(process.getErrorStream(), output.errors());
  }

  private void pump(InputStream stream, LineBuffer buffer) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader lines =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                lines.lines().forEach(buffer::add);
              } catch (IOException | UncheckedIOException e) {
                LOG.trace("the output of {} was closed", name, e);
              } finally {
                buffer.end();
              }
            },
            "coord-etcdctl-output");
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public List<String> lines() {
    return output.lines();
  }

  @Override
  public String awaitLine(Predicate<String> condition, Duration limit) {
    return output.awaitLine(condition, limit);
  }

  @Override
  public int awaitExit(Duration limit) {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EtcdClusterException("interrupted while \"" + name + "\" was to end", e);
    }
    throw new EtcdClusterException("\"" + name + "\" has not ended within " + limit);
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void terminate() {
    process.destroy();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }

  /** Ends the command that {@code etcdctl lock} runs, too. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
