package io.coord.cli.show;

import io.coord.core.Contender;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows who holds and who waits as a table. */
final class QueueTable {

  private static final List<String> HEADER =
      List.of("PLACE", "TOKEN", "TTL LEFT", "SINCE", "CLIENT", "VALUE", "KEY");
  private static final String NONE = "-";

  private QueueTable() {}

  static List<String> lines(List<Standing> standings) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADER);
    standings.forEach(standing -> rows.add(row(standing)));
    int[] widths = new int[HEADER.size()];
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

  private static List<String> row(Standing standing) {
    Contender contender = standing.contender();
    return List.of(
        standing.place(),
        Long.toString(contender.createRevision()),
        ttlLeft(contender),
        contender.since().map(QueueTable::text).orElse(NONE),
        contender.client().orElse(NONE),
        ValueText.of(contender).orElse(NONE),
        contender.key());
  }

  private static String ttlLeft(Contender contender) {
    Optional<Duration> left = contender.ttlLeft();
    if (left.isPresent()) {
      return left.get().toSeconds() + " s";
    }
    return contender.leaseId() == 0 ? "no lease" : "over";
  }

  private static String text(Instant since) {
    return since.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
