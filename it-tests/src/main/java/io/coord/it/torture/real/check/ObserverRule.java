package io.coord.it.torture.real.check;

import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.Operation;
import io.coord.it.torture.real.history.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each observer of an election sees revisions rise, and never goes back to an older leader. */
public final class ObserverRule implements Rule {

  @Override
  public void check(List<Operation> history, Verdict verdict) {
    Map<Actor, Operation> last = new HashMap<>();
    Map<Actor, Operation> lastLeader = new HashMap<>();
    for (Operation seen : history) {
      if (seen.outcome() == Outcome.OPEN) {
        // Its client was killed while it wrote this down; LifeRule looks whether it was.
        continue;
      }
      Operation before = last.put(seen.actor(), seen);
      if (before != null && before.gave("seen-at") >= seen.gave("seen-at")) {
        verdict.broken("an observer's revision did not rise", before, seen);
      }
      if (seen.got().has(Operation.TOKEN)) {
        Operation leader = lastLeader.put(seen.actor(), seen);
        if (leader != null && leader.gave(Operation.TOKEN) > seen.gave(Operation.TOKEN)) {
          verdict.broken("an observer went back to an older leader", leader, seen);
        }
      }
    }
    verdict.count("events", history.size());
  }
}
