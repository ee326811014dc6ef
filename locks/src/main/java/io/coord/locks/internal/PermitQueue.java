package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import io.coord.core.internal.line.Entry;
import io.coord.locks.LockQueue;
import java.util.List;

/** Tells holders from waiters in the line of a semaphore. */
public final class PermitQueue {

  private final PermitAdmission admission;

  /** For the lines that this rule orders. */
  public PermitQueue(PermitAdmission admission) {
    this.admission = admission;
  }

  /** The queue that a line's keys mean; the key that says the maximum is nobody's place. */
  public LockQueue of(List<Contender> line) {
    List<Entry> entries =
        line.stream().map(c -> new Entry(Bytes.utf8(c.key()), c.createRevision())).toList();
    int admitted = admission.admitted(entries);
    return new LockQueue(
        places(line.subList(0, admitted)), places(line.subList(admitted, line.size())));
  }

  private List<Contender> places(List<Contender> part) {
    return part.stream()
        .filter(contender -> admission.permits(Bytes.utf8(contender.key())).isPresent())
        .toList();
  }
}
