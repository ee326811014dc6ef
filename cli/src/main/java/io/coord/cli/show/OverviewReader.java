package io.coord.cli.show;

import io.coord.barriers.Barrier;
import io.coord.barriers.DoubleBarrierView;
import io.coord.cli.show.Survey.Kind;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.locks.LockView;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueueView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what there is of a name. A lock and an election have the same keys, and those of read-write
 * mutexes, semaphores, queues and double barriers lie below, so one name may be several things.
 * Needs no more than the permission to read.
 */
public final class OverviewReader {

  private final Coord coord;
  private final String name;
  private final Instant now;
  private final List<Section> sections = new ArrayList<>();

  private OverviewReader(Coord coord, String name, Instant now) {
    this.coord = coord;
    this.name = name;
    this.now = now;
  }

  /** What may not be permitted. */
  private interface Reading {
    Optional<? extends Section> read() throws InterruptedException;
  }

  /**
   * Reads all of it.
   *
   * @param now the moment that ages are told for
   */
  public static Overview read(Coord coord, String name, Instant now) throws InterruptedException {
    OverviewReader reader = new OverviewReader(coord, name, now);
    Set<Kind> kinds = Survey.of(coord, name);
    reader.readLine(kinds);
    reader.readQueues(kinds);
    reader.readBarriers(kinds);
    return new Overview(name, reader.sections);
  }

  private void readLine(Set<Kind> kinds) throws InterruptedException {
    List<Standing> standings = new ArrayList<>();
    if (kinds.contains(Kind.LINE)) {
      standings.addAll(Standings.ofLine(LockView.ofMutex(coord, name).queue()));
    }
    if (kinds.contains(Kind.READ_WRITE)) {
      standings.addAll(Standings.ofReadWrite(LockView.ofRWMutex(coord, name).queue(), name));
    }
    if (kinds.contains(Kind.PERMITS)) {
      standings.addAll(Standings.ofPermits(LockView.ofSemaphore(coord, name).queue(), name));
    }
    if (!standings.isEmpty()) {
      sections.add(new LineSection(standings));
    }
  }

  private void readQueues(Set<Kind> kinds) throws InterruptedException {
    if (kinds.contains(Kind.QUEUE)) {
      sections.add(new QueueSection("queue", "queue", Queue.of(coord, name).status(), now));
    }
    if (kinds.contains(Kind.PRIORITY_QUEUE)) {
      sections.add(
          new QueueSection(
              "priority queue", "priority_queue", PriorityQueue.of(coord, name).status(), now));
    }
    addIfPermitted(
        "work queue", () -> WorkSection.read(WorkQueueView.of(coord, name, Codec.bytes()), now));
  }

  private void readBarriers(Set<Kind> kinds) throws InterruptedException {
    addIfPermitted(
        "barrier",
        () -> Barrier.of(coord, name).holder().flatMap(key -> BarrierSection.of(key, now)));
    if (kinds.contains(Kind.DOUBLE_BARRIER)) {
      sections.add(new DoubleBarrierSection(DoubleBarrierView.of(coord, name).members()));
    }
  }

  /** These do not lie below the name, so a user who may read what does may not read them. */
  private void addIfPermitted(String kind, Reading reading) throws InterruptedException {
    try {
      reading.read().ifPresent(sections::add);
    } catch (PermissionDeniedException e) {
      sections.add(new UnreadableSection(kind));
    }
  }
}
