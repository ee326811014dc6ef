package io.coord.it.torture.real.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What has to be known of a run to judge it later.
 *
 * @param nodes how many members there were
 * @param clients how many clients
 * @param seed what chances followed from
 * @param began when faults began, in nanoseconds of the monotonic clock
 * @param ended when they were over
 */
public record RunRecord(int nodes, int clients, long seed, long began, long ended) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "run.json";

  /** Writes it into the folder of the run. */
  public void write(Path folder) {
    try {
      Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("the run cannot be written down: " + e.getMessage(), e);
    }
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when the folder is none of a run
   */
  public static RunRecord read(Path folder) {
    try {
      return JSON.readValue(folder.resolve(FILE).toFile(), RunRecord.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "there is no " + FILE + " in " + folder + "; expected a folder that a run wrote", e);
    }
  }
}
