package io.coord.it.torture.real.fault;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Keeps the faults that were made, also in a file, a line each. Safe to share between threads. */
public final class FaultLog {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "faults.jsonl";

  private final Path file;
  private final Consumer<String> progress;

  @GuardedBy("this")
  private final List<FaultRecord> all = new ArrayList<>();

  /** Begins a log in a folder, which tells of each fault when it begins. */
  public FaultLog(Path folder, Consumer<String> progress) {
    this.file = folder.resolve(FILE);
    this.progress = progress;
  }

  /** Reads the log in a folder. */
  public static List<FaultRecord> read(Path folder) {
    List<FaultRecord> read = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(folder.resolve(FILE))) {
        read.add(JSON.readValue(line, FaultRecord.class));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "there is no list of faults in " + folder + "; expected a folder that a run wrote", e);
    }
    return read;
  }

  /** Makes a fault, with what ends it, and keeps it. */
  public void during(String kind, String target, Fault fault) throws InterruptedException {
    progress.accept(kind + " " + target);
    long began = System.nanoTime();
    try {
      fault.make();
    } finally {
      keep(new FaultRecord(kind, target, began, System.nanoTime()));
    }
  }

  private synchronized void keep(FaultRecord fault) {
    all.add(fault);
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(fault) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("the list of faults cannot be written", e);
    }
  }

  /** All so far. */
  public synchronized List<FaultRecord> all() {
    return List.copyOf(all);
  }

  /** A fault: returns when it is over. */
  public interface Fault {
    void make() throws InterruptedException;
  }
}
