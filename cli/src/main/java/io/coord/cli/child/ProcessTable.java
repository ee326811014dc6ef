package io.coord.cli.child;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What Linux tells of processes beyond {@link ProcessHandle}. On other systems there is nothing to
 * read, and it knows of nothing.
 */
final class ProcessTable {

  private static final Path PROC = Path.of("/proc");

  private ProcessTable() {}

  /**
   * The processes with a variable in their environment whose value ends so, whoever their parent is
   * by now.
   */
  static Stream<ProcessHandle> withVariable(String name, String end) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                Stream.of(read(process, "environ").split("\0", -1))
                    .anyMatch(entry -> entry.startsWith(name + "=") && entry.endsWith(end)));
  }

  /** Whether it has ended, and only its parent does not know yet. */
  static boolean isZombie(ProcessHandle process) {
    String stat = read(process, "stat");
    int state = stat.lastIndexOf(')') + 2;
    return state < stat.length() && stat.charAt(state) == 'Z';
  }

  private static String read(ProcessHandle process, String file) {
    try {
      byte[] content = Files.readAllBytes(PROC.resolve(Long.toString(process.pid())).resolve(file));
      return new String(content, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended, belongs to somebody else, or this is no Linux.
      return "";
    }
  }
}
