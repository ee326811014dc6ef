package io.coord.cli.show;

import io.coord.core.Contender;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Shows contenders as a table. */
final class LineTable {

  private static final List<String> HEADER =
      List.of("PLACE", "TOKEN", "TTL LEFT", "SINCE", "CLIENT", "VALUE", "KEY");

  private LineTable() {}

  static List<String> lines(List<Standing> standings) {
    return Table.lines(HEADER, standings.stream().map(LineTable::row));
  }

  private static List<String> row(Standing standing) {
    Contender contender = standing.contender();
    return List.of(
        standing.place(),
        Long.toString(contender.createRevision()),
        ttlLeft(contender),
        contender.since().map(Ages::time).orElse(Table.NONE),
        contender.client().orElse(Table.NONE),
        ValueText.of(contender).orElse(Table.NONE),
        contender.key());
  }

  private static String ttlLeft(Contender contender) {
    Optional<Duration> left = contender.ttlLeft();
    if (left.isPresent()) {
      return left.get().toSeconds() + " s";
    }
    return contender.leaseId() == 0 ? "no lease" : "over";
  }
}
