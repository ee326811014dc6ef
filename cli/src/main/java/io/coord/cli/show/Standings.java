package io.coord.cli.show;

import io.coord.core.Contender;
import io.coord.locks.LockQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What those who hold and wait do, for each kind of lock. Of some, their keys tell more. */
final class Standings {

  private Standings() {}

  /** A lock or an election: the first one holds, or leads if it has something to say. */
  static List<Standing> ofLine(LockQueue line) {
    return of(
        line,
        holder -> ValueText.of(holder).isEmpty() ? "holds" : "leads",
        (number, waiter) -> "waits " + number);
  }

  /**
   * A read-write mutex.
   *
   * @param name its name, with which its keys begin
   */
  static List<Standing> ofReadWrite(LockQueue line, String name) {
    String writers = name + "/write/";
    return of(
        line,
        holder -> holder.key().startsWith(writers) ? "writes" : "reads",
        (number, waiter) ->
            "waits " + number + " to " + (waiter.key().startsWith(writers) ? "write" : "read"));
  }

  /**
   * A semaphore.
   *
   * @param name its name, with which its keys begin
   */
  static List<Standing> ofPermits(LockQueue line, String name) {
    String places = name + "/holder/";
    return of(
        line,
        holder -> "holds " + permits(holder, places),
        (number, waiter) -> "waits " + number + " for " + permits(waiter, places));
  }

  private static String permits(Contender contender, String places) {
    return contender.key().substring(places.length(), contender.key().lastIndexOf('/'));
  }

  /** Says what one who waits does, whose turn is the nth. */
  private interface WhileWaiting {
    String place(int number, Contender waiter);
  }

  private static List<Standing> of(
      LockQueue line, Function<Contender, String> whileHolding, WhileWaiting whileWaiting) {
    List<Standing> standings = new ArrayList<>();
    for (Contender holder : line.holders()) {
      standings.add(Standing.holds(whileHolding.apply(holder), holder));
    }
    int number = 0;
    for (Contender waiter : line.waiters()) {
      number++;
      standings.add(Standing.waits(whileWaiting.place(number, waiter), waiter));
    }
    return standings;
  }
}
