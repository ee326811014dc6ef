package io.coord.it.torture.real.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes what one actor does into a file of its own, a line of JSON each: one before an operation
 * begins, and one when it has ended. Every line is with the operating system when the method
 * returns, so a process that is killed loses at most the line that it is writing. Safe to share
 * between threads.
 */
public final class HistoryWriter implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  @GuardedBy("this")
  private final OutputStream out;

  @GuardedBy("this")
  private long operations;

  private HistoryWriter(OutputStream out) {
    this.out = out;
  }

  /** Begins the file of an actor in a folder, which is made if there is none. */
  public static HistoryWriter open(Path folder, Actor actor) {
    try {
      Path ofClient = Files.createDirectories(folder.resolve(actor.client()));
      return new HistoryWriter(
          Files.newOutputStream(ofClient.resolve(actor.worker() + HistoryReader.SUFFIX)));
    } catch (IOException e) {
      throw new UncheckedIOException("a history cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes that an operation begins, and gives its number. */
  public synchronized long begin(String action, Map<String, ?> with) {
    operations++;
    ObjectNode line = line(operations).put("begin", action);
    line.set("with", JSON.valueToTree(with));
    write(line);
    return operations;
  }

  /** Writes how an operation ended. */
  public synchronized void end(long operation, Outcome outcome, Map<String, ?> got) {
    ObjectNode line = line(operation).put("end", outcome.name());
    line.set("got", JSON.valueToTree(got));
    write(line);
  }

  /** Writes something that happened without having been asked for. */
  public synchronized void note(String action, Map<String, ?> got) {
    end(begin(action, Map.of()), Outcome.OK, got);
  }

  private static ObjectNode line(long operation) {
    return JSON.createObjectNode().put("op", operation).put("at", System.nanoTime());
  }

  @GuardedBy("this")
  private void write(ObjectNode line) {
    try {
      byte[] bytes = JSON.writeValueAsBytes(line);
      byte[] whole = new byte[bytes.length + 1];
      System.arraycopy(bytes, 0, whole, 0, bytes.length);
      whole[bytes.length] = '\n';
      out.write(whole);
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the history cannot be closed: " + e.getMessage(), e);
    }
  }
}
