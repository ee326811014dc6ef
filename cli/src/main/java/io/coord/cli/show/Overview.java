package io.coord.cli.show;

import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.election.ElectionView;
import java.util.ArrayList;
import java.util.List;

/**
 * Who holds and who waits, whatever client they use. A lock and an election have the same keys, so
 * one name shows both.
 */
public final class Overview {

  private final String name;
  private final List<Standing> standings;

  private Overview(String name, List<Standing> standings) {
    this.name = name;
    this.standings = List.copyOf(standings);
  }

  /** Reads who is there. Needs no more than the permission to read. */
  public static Overview read(Coord coord, String name) throws InterruptedException {
    return of(name, ElectionView.of(coord, name).candidates());
  }

  /** Shows a line in which the first one holds. */
  static Overview of(String name, List<Contender> line) {
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      standings.add(Standing.inLine(i, line.get(i)));
    }
    return new Overview(name, standings);
  }

  /** For people: a line that sums it up, and a table unless nobody is there. */
  public List<String> lines() {
    if (standings.isEmpty()) {
      return List.of(name + ": nobody holds, leads or waits");
    }
    long holders = standings.stream().filter(Standing::holds).count();
    String verb = standings.get(0).place();
    List<String> lines = new ArrayList<>();
    lines.add(
        name + ": " + holders + " " + verb + ", " + (standings.size() - holders) + " waiting");
    lines.addAll(QueueTable.lines(standings));
    return lines;
  }

  /** For programs: one JSON object. */
  public String json() {
    return QueueJson.line(name, standings);
  }
}
