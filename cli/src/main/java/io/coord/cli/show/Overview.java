package io.coord.cli.show;

import io.coord.cli.show.Standing.Side;
import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.LineReader;
import io.coord.election.ElectionView;
import io.coord.locks.LockQueue;
import io.coord.locks.internal.ReadWriteAdmission;
import io.coord.locks.internal.ReadWriteQueue;
import java.util.ArrayList;
import java.util.List;

/**
 * Who holds and who waits, whatever client they use. A lock and an election have the same keys, and
 * those of a read-write mutex lie below, so one name shows all three.
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
    List<Standing> standings = new ArrayList<>(line(ElectionView.of(coord, name).candidates()));
    Bytes prefix = Names.prefix("read-write mutex", name);
    ReadWriteAdmission admission = new ReadWriteAdmission(prefix.length());
    List<Contender> sides =
        Futures.await(new LineReader(CoordRuntime.of(coord).store()).read(prefix, admission));
    standings.addAll(sides(new ReadWriteQueue(admission).of(sides), admission));
    return new Overview(name, standings);
  }

  /** Those of a line in which the first one holds. */
  static List<Standing> line(List<Contender> line) {
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      standings.add(Standing.inLine(i, line.get(i)));
    }
    return standings;
  }

  /** Those of a read-write mutex. */
  static List<Standing> sides(LockQueue queue, ReadWriteAdmission admission) {
    List<Standing> standings = new ArrayList<>();
    for (Contender holder : queue.holders()) {
      standings.add(Standing.holding(side(holder, admission), holder));
    }
    for (Contender waiter : queue.waiters()) {
      int number = standings.size() - queue.holders().size() + 1;
      standings.add(Standing.waiting(number, side(waiter, admission), waiter));
    }
    return standings;
  }

  private static Side side(Contender contender, ReadWriteAdmission admission) {
    return admission.isWrite(Bytes.utf8(contender.key())) ? Side.WRITE : Side.READ;
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
