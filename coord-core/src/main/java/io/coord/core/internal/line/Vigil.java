package io.coord.core.internal.line;

import io.coord.core.Bytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/*
 * When a line is watched.
 *
 * While one of us waits and a key that is not ours is in the line, and whenever a ticket stands for
 * long, so that its holder learns of a deletion by hand. The watch then stays over waits, and until the
 * line is let go. Only where tickets of ours have followed one another quickly for a while, and nobody
 * else has come, it ends: each event would tell of a departure of our own. Whoever waits then is granted
 * by the departures before it, and if those are not ours after all, the watch is opened again.
 */

/** Opens and closes the watch of one line. Guarded by its line. */
final class Vigil {

  private static final int TICKS_AMONG_US_UNTIL_UNWATCHED = 4;

  private final LineView view;
  private final LineWatch watch;

  /** The keys of our tickets, companions too. */
  private final Set<Bytes> ours = new HashSet<>();

  private Set<Ticket> atLastTick = Set.of();
  private int ticksAmongUs;

  Vigil(LineView view, LineWatch watch) {
    this.view = view;
    this.watch = watch;
  }

  void joins(Ticket ticket) {
    ours.add(ticket.key);
    ticket.companion.ifPresent(ours::add);
  }

  void leaves(Ticket ticket) {
    ours.remove(ticket.key);
    ticket.companion.ifPresent(ours::remove);
  }

  /** Somebody waits still, after all that is known. */
  void waitedFor(List<Runnable> effects) {
    if (!watch.isOpen() && strangersAreIn()) {
      watch.open(effects);
    }
  }

  /**
   * Time has passed.
   *
   * @param now the tickets that stand in the line
   */
  void tick(Set<Ticket> now, List<Runnable> effects) {
    boolean someoneStands = now.stream().anyMatch(atLastTick::contains);
    atLastTick = now;
    if (someoneStands) {
      watch.open(effects);
    }
    if (someoneStands || now.isEmpty() || strangersAreIn()) {
      ticksAmongUs = 0;
    } else if (++ticksAmongUs >= TICKS_AMONG_US_UNTIL_UNWATCHED) {
      watch.close(effects);
    }
  }

  private boolean strangersAreIn() {
    for (Entry entry : view.entries()) {
      if (!ours.contains(entry.key())) {
        return true;
      }
    }
    return false;
  }
}
