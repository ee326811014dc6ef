package io.coord.locks.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.store.Timer;
import io.coord.locks.LockHold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/*
 * Several locks for one caller: all or none.
 *
 *   TAKING --the last one is granted-------------------------> TAKEN    result: the holds
 *      |'--one fails, or one that was granted is lost--> UNDOING --> result: the failure
 *      |'--given up: time over, somebody is before us----> UNDOING --> result: empty
 *      '---abandoned: interrupt, cancel------------------> UNDOING --> result: nobody's
 *
 * Invariants
 *  - While TAKING, all tickets but the last are granted. The next line is joined only then, so all
 *    callers that keep one order of names wait for one another in that order, and never in a circle.
 *  - Whoever decides first (`decided`), decides: a grant that comes after giving up is left again, and
 *    a loss that comes after the last grant is the hold's to report.
 *  - What was TAKEN is looked at once more right before the caller gets it, whose thread or executor may
 *    come to it late: if one is lost by then, all are left, and the caller is told of the loss.
 *  - UNDOING leaves every ticket, the last one first. If a line is just being joined (`joining`), the
 *    thread that joins it finds that it was decided, and begins the undoing itself; so no ticket is
 *    missed.
 *  - The result of an undoing comes when all keys are gone, or a second later if etcd cannot be
 *    reached: then the deletions go on by themselves until they succeed or the lease ends.
 *
 * Lost replies, repeated requests and expired leases are the tickets' concern (LineState).
 */

/** Takes several locks one after the other. Safe to share between threads. */
public final class Acquisition {

  /** What is done when somebody is before us in a line. */
  private enum Behind {
    WAIT,
    GIVE_UP
  }

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Behind behind;
  private final List<Supplier<Ticket>> lines;
  private final CompletableFuture<Optional<List<LockHold>>> result = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final List<Ticket> tickets = new ArrayList<>();

  @GuardedBy("lock")
  private final List<LockHold> holds = new ArrayList<>();

  @GuardedBy("lock")
  private boolean joining;

  @GuardedBy("lock")
  private boolean decided;

  /** Done when every key of an acquisition that was given up or failed is gone. */
  private final CompletableFuture<Void> undone = new CompletableFuture<>();

  private Acquisition(CoordRuntime coord, List<Supplier<Ticket>> lines, Behind behind) {
    this.coord = coord;
    this.behind = behind;
    this.lines = lines;
  }

  /**
   * Takes all, however long it takes.
   *
   * @param lines each joins the line of a lock, in the order in which they are to be taken
   */
  public static Acquisition forever(CoordRuntime coord, List<Supplier<Ticket>> lines) {
    Acquisition acquisition = new Acquisition(coord, lines, Behind.WAIT);
    acquisition.joinNext();
    return acquisition;
  }

  /** Takes all within a time, or gives up. */
  public static Acquisition atMost(
      CoordRuntime coord, List<Supplier<Ticket>> lines, Duration timeout) {
    Acquisition acquisition = new Acquisition(coord, lines, Behind.WAIT);
    acquisition.after(timeout, acquisition::giveUp);
    acquisition.joinNext();
    return acquisition;
  }

  /** Gives up as soon as somebody is known to be before us in one of the lines. */
  public static Acquisition notAtAll(CoordRuntime coord, List<Supplier<Ticket>> lines) {
    Acquisition acquisition = new Acquisition(coord, lines, Behind.GIVE_UP);
    Duration bound = coord.config().requestTimeout();
    String what = "whether " + lines.size() + " locks are free was not known within " + bound;
    acquisition.after(bound, () -> acquisition.fail(new UnavailableException(what, null)));
    acquisition.joinNext();
    return acquisition;
  }

  /**
   * Blocks until it is decided; gives the holds, or nothing after giving up, as an interrupt does.
   */
  public Optional<List<LockHold>> await() throws InterruptedException {
    try {
      return lastLook(Futures.await(result.copy()));
    } catch (InterruptedException | RuntimeException e) {
      abandon();
      Futures.awaitUninterruptibly(undone);
      throw e;
    }
  }

  /**
   * The future for the user; cancelling it leaves every line.
   *
   * @param view what the user gets for the result
   */
  public <T> CompletableFuture<T> publish(Function<Optional<List<LockHold>>, T> view) {
    CompletableFuture<Optional<List<LockHold>>> ours = result.copy();
    Futures.onDone(
        ours,
        value -> {},
        failure -> {
          if (ours.isCancelled()) {
            abandon();
          }
        });
    return Futures.publish(
        ours, coord.callbacks(), end -> view.apply(lastLook(end)), tooLate -> abandon());
  }

  private Optional<List<LockHold>> lastLook(Optional<List<LockHold>> end) {
    if (end.isPresent()) {
      tickets().forEach(Ticket::throwIfLost);
    }
    return end;
  }

  private void after(Duration time, Runnable action) {
    Timer timer = coord.store().scheduler().schedule(time, action);
    Futures.onDone(result, done -> timer.cancel(), failure -> timer.cancel());
  }

  private void joinNext() {
    int next;
    lock.lock();
    try {
      if (decided) {
        return;
      }
      joining = true;
      next = tickets.size();
    } finally {
      lock.unlock();
    }
    Ticket ticket = lines.get(next).get();
    boolean tooLate;
    lock.lock();
    try {
      tickets.add(ticket);
      joining = false;
      tooLate = decided;
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      undo();
    } else {
      follow(ticket);
    }
  }

  private void follow(Ticket ticket) {
    if (behind == Behind.GIVE_UP) {
      Futures.onDone(ticket.mustWait(), yes -> giveUp(), failure -> {});
    }
    Futures.onDone(ticket.granted(), grant -> granted(ticket, grant), this::fail);
    Futures.onDone(ticket.lost(), loss -> fail(lost(ticket, loss)), failure -> {});
  }

  private void granted(Ticket ticket, Grant grant) {
    LockHold hold = TicketHold.of(ticket, grant);
    Optional<List<LockHold>> all = Optional.empty();
    lock.lock();
    try {
      holds.add(hold);
      if (!decided && holds.size() == lines.size()) {
        decided = true;
        all = Optional.of(List.copyOf(holds));
      }
    } finally {
      lock.unlock();
    }
    if (all.isPresent()) {
      result.complete(all);
    } else {
      joinNext();
    }
  }

  private static RuntimeException lost(Ticket ticket, HoldLoss loss) {
    return ticket.session().ended().orElseGet(() -> new KeyDeletedException(loss.detail(), null));
  }

  private void giveUp() {
    end(() -> result.complete(Optional.empty()));
  }

  private void fail(Throwable cause) {
    end(() -> result.completeExceptionally(cause));
  }

  private void end(Runnable conclusion) {
    boolean undoHere;
    lock.lock();
    try {
      if (decided) {
        return;
      }
      decided = true;
      undoHere = !joining;
    } finally {
      lock.unlock();
    }
    Futures.onDone(undone, done -> conclusion.run(), failure -> {});
    if (undoHere) {
      undo();
    }
  }

  /** Nobody wants the result any more, whatever it is. */
  private void abandon() {
    fail(new CancellationException("the locks were not waited for to the end"));
    boolean underWay;
    lock.lock();
    try {
      underWay = joining;
    } finally {
      lock.unlock();
    }
    if (!underWay) {
      undo();
    }
  }

  private List<Ticket> tickets() {
    lock.lock();
    try {
      return new ArrayList<>(tickets);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves all lines; may be called again. */
  private void undo() {
    List<Ticket> all = tickets();
    Collections.reverse(all);
    CompletableFuture<?>[] departures =
        all.stream().map(Ticket::leave).toArray(CompletableFuture<?>[]::new);
    Timer timer = coord.store().scheduler().schedule(GRACE, () -> undone.complete(null));
    Futures.onDone(undone, done -> timer.cancel(), failure -> {});
    Futures.onDone(
        CompletableFuture.allOf(departures),
        done -> undone.complete(null),
        failure -> undone.complete(null));
  }
}
