package io.coord.barriers.internal;

import io.coord.barriers.BarrierMembers;
import io.coord.core.Contender;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.line.LineReader;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads who takes part in a double barrier. Decides nothing.
 *
 * <p>Who belongs to those that are in is read before the members are: so nobody is said to be in
 * who has come later. Those who got in between the two reads are still said to wait.
 */
public final class Attendance {

  private final CoordRuntime coord;
  private final Roster roster;

  /** The attendance of the double barrier of this name. */
  public Attendance(CoordRuntime coord, String name) {
    this.coord = coord;
    this.roster = new Roster(name);
  }

  /** Reads it; the future completes on the store's thread. */
  public CompletableFuture<BarrierMembers> read() {
    return Mirrors.of(coord)
        .endingWithTheConnection(
            coord
                .store()
                .range(RangeRequest.key(roster.readyKey()))
                .thenCompose(
                    ready ->
                        new LineReader(coord.store())
                            .read(roster.prefix(), roster.admission())
                            .thenApply(members -> divide(members, ready))));
  }

  private static BarrierMembers divide(List<Contender> members, RangeResult ready) {
    long lastIn = ready.first().map(Roster::ready).map(Roster.Ready::lastIn).orElse(0L);
    List<Contender> in = new ArrayList<>();
    List<Contender> entering = new ArrayList<>();
    for (Contender member : members) {
      (member.createRevision() <= lastIn ? in : entering).add(member);
    }
    return new BarrierMembers(in, entering);
  }
}
