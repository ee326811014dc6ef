package io.coord.cli.show;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.line.Entry;
import io.coord.locks.LockQueue;
import io.coord.locks.internal.PermitAdmission;
import io.coord.locks.internal.ReadWriteAdmission;
import io.coord.locks.internal.ReadWriteQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What the contenders of each kind of line do. */
final class Standings {

  private Standings() {}

  /** A lock or an election: the first one holds, or leads if it has something to say. */
  static List<Standing> ofLine(List<Contender> line) {
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      Contender contender = line.get(i);
      String head = ValueText.of(contender).isEmpty() ? "holds" : "leads";
      standings.add(
          i == 0 ? Standing.holds(head, contender) : Standing.waits("waits " + i, contender));
    }
    return standings;
  }

  /** A read-write mutex. */
  static List<Standing> ofReadWrite(List<Contender> line, ReadWriteAdmission admission) {
    LockQueue queue = new ReadWriteQueue(admission).of(line);
    List<Standing> standings = new ArrayList<>();
    for (Contender holder : queue.holders()) {
      standings.add(Standing.holds(isWriter(holder, admission) ? "writes" : "reads", holder));
    }
    int number = 0;
    for (Contender waiter : queue.waiters()) {
      number++;
      String purpose = isWriter(waiter, admission) ? " to write" : " to read";
      standings.add(Standing.waits("waits " + number + purpose, waiter));
    }
    return standings;
  }

  private static boolean isWriter(Contender contender, ReadWriteAdmission admission) {
    return admission.isWrite(Bytes.utf8(contender.key()));
  }

  /** A semaphore. The key that says its maximum is nobody's place. */
  static List<Standing> ofPermits(List<Contender> line, PermitAdmission admission) {
    int admitted = admission.admitted(line.stream().map(Standings::entry).toList());
    List<Standing> standings = new ArrayList<>();
    int number = 0;
    for (int i = 0; i < line.size(); i++) {
      Contender contender = line.get(i);
      OptionalInt permits = admission.permits(Bytes.utf8(contender.key()));
      if (permits.isPresent() && i < admitted) {
        standings.add(Standing.holds("holds " + permits.getAsInt(), contender));
      } else if (permits.isPresent()) {
        number++;
        String place = "waits " + number + " for " + permits.getAsInt();
        standings.add(Standing.waits(place, contender));
      }
    }
    return standings;
  }

  private static Entry entry(Contender contender) {
    return new Entry(Bytes.utf8(contender.key()), contender.createRevision());
  }
}
