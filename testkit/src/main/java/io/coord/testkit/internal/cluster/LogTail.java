package io.coord.testkit.internal.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The end of a log, short enough for an exception's message. */
public final class LogTail {

  private static final int LINES = 30;
  private static final int LINE_LENGTH = 400;

  private LogTail() {}

  public static String of(Path log) {
    try {
      return of(Files.readString(log, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "(no log at " + log + ")";
    }
  }

  public static String of(String log) {
    List<String> lines = log.lines().toList();
    return lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
        .map(line -> line.length() > LINE_LENGTH ? line.substring(0, LINE_LENGTH) + "..." : line)
        .collect(Collectors.joining("\n"));
  }
}
