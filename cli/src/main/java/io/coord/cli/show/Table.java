package io.coord.cli.show;

import java.util.List;
import java.util.stream.Stream;

/** Lays rows out in columns. */
final class Table {

  /** What stands where nothing is known. */
  static final String NONE = "-";

  private Table() {}

  static List<String> lines(List<String> header, Stream<List<String>> body) {
    List<List<String>> rows = Stream.concat(Stream.of(header), body).toList();
    int[] widths = new int[header.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
