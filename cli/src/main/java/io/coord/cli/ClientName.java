package io.coord.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command's connection is called, so that operators find its process. */
final class ClientName {

  /** Asks no name server, unlike the JDK. */
  private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

  private ClientName() {}

  /** The command, the machine where that is known, and the process. */
  static String of(String command) {
    String process = command + "-" + ProcessHandle.current().pid();
    try {
      return process + "@" + Files.readString(HOST).strip();
    } catch (IOException e) {
      return process;
    }
  }
}
