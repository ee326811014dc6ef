package io.coord.cli.show;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.LineReader;
import io.coord.locks.internal.PermitAdmission;
import io.coord.locks.internal.ReadWriteAdmission;
import java.util.ArrayList;
import java.util.List;

/**
 * Who holds and who waits, whatever client they use. A lock and an election have the same keys, and
 * those of a read-write mutex or semaphore lie below, so one name shows all of them.
 */
public final class Overview {

  private final String name;
  private final List<Standing> standings;

  Overview(String name, List<Standing> standings) {
    this.name = name;
    this.standings = List.copyOf(standings);
  }

  /** Reads who is there. Needs no more than the permission to read. */
  public static Overview read(Coord coord, String name) throws InterruptedException {
    Bytes prefix = Names.prefix("line", name);
    LineReader reader = new LineReader(CoordRuntime.of(coord).store());
    List<Standing> standings =
        new ArrayList<>(Standings.ofLine(Futures.await(reader.read(prefix, Admission.FIRST))));
    ReadWriteAdmission sides = new ReadWriteAdmission(prefix.length());
    standings.addAll(Standings.ofReadWrite(Futures.await(reader.read(prefix, sides)), sides));
    // The maximum that counts stands in a key of its own; without it, one permit is certain.
    PermitAdmission permits = new PermitAdmission(prefix.length(), 1);
    standings.addAll(Standings.ofPermits(Futures.await(reader.read(prefix, permits)), permits));
    return new Overview(name, standings);
  }

  /** For people: a line that sums it up, and a table unless nobody is there. */
  public List<String> lines() {
    if (standings.isEmpty()) {
      return List.of(name + ": nobody holds, leads or waits");
    }
    long holders = standings.stream().filter(Standing::holds).count();
    List<String> lines = new ArrayList<>();
    lines.add(name + ": " + holders + " holding, " + (standings.size() - holders) + " waiting");
    lines.addAll(QueueTable.lines(standings));
    return lines;
  }

  /** For programs: one JSON object. */
  public String json() {
    return QueueJson.line(name, standings);
  }
}
