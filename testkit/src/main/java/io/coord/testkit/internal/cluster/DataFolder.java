package io.coord.testkit.internal.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of a cluster's data: in memory where there is room, else among temporary files. */
final class DataFolder {

  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "coord-testkit-";

  /** Each member sets two write-ahead segments of 64 MB aside; the rest is for what tests write. */
  private static final long BYTES_PER_MEMBER = 512L * 1024 * 1024;

  private DataFolder() {}

  static Path create(ClusterSpec spec) throws IOException {
    String prefix = PREFIX + spec.name() + "-";
    if (Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)) {
      long free = Files.getFileStore(MEMORY).getUsableSpace();
      if (free > spec.members() * BYTES_PER_MEMBER) {
        return Files.createTempDirectory(MEMORY, prefix);
      }
    }
    return Files.createTempDirectory(prefix);
  }

  /** Removes the folder; what cannot be removed is only worth a line in the log. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(folder)) {
      List<Path> deepestFirst = entries.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      LOG.info("cannot remove {}", folder, e);
    }
  }
}
