package io.coord.testkit.internal.cluster;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The threads of a process, as Linux shows them.
 *
 * <p>A process that was sent SIGSTOP goes on until one of its threads gets to see the signal, which
 * on a busy machine takes long enough to answer a request.
 *
 * @param tasks the folder that has an entry for each thread
 */
record ProcessThreads(Path tasks) {

  private static final String STOPPED = "T";

  static ProcessThreads of(long pid) {
    return new ProcessThreads(Path.of("/proc", Long.toString(pid), "task"));
  }

  /**
   * Tells whether all are stopped; where the system does not show threads, that is taken for
   * granted.
   */
  boolean areStopped() {
    if (!Files.isDirectory(tasks)) {
      return true;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        if (!state(Files.readString(thread.resolve("stat"))).equals(STOPPED)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      // A thread or the whole process has ended meanwhile; the next look will tell.
      return false;
    }
  }

  /** The state follows the name, which stands in parentheses and may hold anything. */
  private static String state(String stat) {
    int afterName = stat.lastIndexOf(')') + 2;
    return stat.substring(afterName, afterName + 1);
  }
}
