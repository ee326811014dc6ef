package io.coord.barriers.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * A member, over all its rounds.
 *
 *   OUT --enter--> ENTERING --all have come--> IN --leave--> LEAVING --all have left, time over--> OUT
 *                      '--time over, cancelled, failed--> OUT
 *
 * A cancelled wait is OUT at once, also when the others came in that very moment: then the member is
 * taken out behind the caller's back. Entering is possible when OUT only, and leaving when IN only;
 * anything else is a mistake of the caller and changes nothing. The phase changes before the caller's
 * future completes, and who cancels too late looks at it only when it has changed. An entrance that was
 * given up may still have its key: the next one waits until it is out of the way.
 */

/** Enters and leaves a double barrier, again and again. Safe to share between threads. */
public final class Member {

  private enum Phase {
    OUT,
    ENTERING,
    IN,
    LEAVING
  }

  private final LeaseSession session;
  private final CoordRuntime coord;
  private final Mirrors mirrors;
  private final String name;
  private final Roster roster;
  private final int count;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Phase phase = Phase.OUT;

  @GuardedBy("lock")
  private Optional<Membership> membership = Optional.empty();

  /** Whether the last entrance is out of the way of the next one. */
  @GuardedBy("lock")
  private Clearance free = Clearance.given();

  /** A member that is out. */
  public Member(LeaseSession session, String name, int count) {
    this.session = session;
    this.coord = session.runtime();
    this.mirrors = Mirrors.of(coord);
    this.name = name;
    this.roster = new Roster(name);
    this.count = count;
  }

  /** Enters, blocking; gives false when the time is over. */
  public boolean enter(Optional<Duration> bound) throws InterruptedException {
    Entrance entrance = beginToEnter(bound);
    CompletableFuture<Optional<Membership>> entered = entered(entrance);
    try {
      return mirrors.await(entered.thenApply(Optional::isPresent));
    } catch (InterruptedException e) {
      abandon(entrance, entered);
      boolean unused =
          Futures.awaitUninterruptibly(entrance.settled().handle((end, failure) -> true));
      throw e;
    }
  }

  /** Enters within a time; the future is the user's, and cancelling it gives up. */
  public CompletableFuture<Boolean> enterAsync(Duration bound) {
    Entrance entrance = beginToEnter(Optional.of(bound));
    CompletableFuture<Optional<Membership>> entered = entered(entrance);
    return published(entered.thenApply(Optional::isPresent), () -> abandon(entrance, entered));
  }

  /** Enters; the future is the user's, and cancelling it gives up. */
  public CompletableFuture<Void> enterAsync() {
    Entrance entrance = beginToEnter(Optional.empty());
    CompletableFuture<Optional<Membership>> entered = entered(entrance);
    return published(entered.thenAccept(in -> {}), () -> abandon(entrance, entered));
  }

  private Entrance beginToEnter(Optional<Duration> bound) {
    Clearance before;
    synchronized (lock) {
      if (phase != Phase.OUT) {
        throw new IllegalStateException(
            "this member of " + name + " cannot enter, it is " + phase + "; leave first");
      }
      phase = Phase.ENTERING;
      before = free;
    }
    return Entrance.begin(session, roster, count, bound, before);
  }

  /** Completes once it is recorded here what became of the entrance. */
  private CompletableFuture<Optional<Membership>> entered(Entrance entrance) {
    return entrance
        .result()
        .whenComplete(
            (end, failure) -> {
              Optional<Membership> got = failure == null ? end : Optional.empty();
              synchronized (lock) {
                membership = got;
                phase = got.isPresent() ? Phase.IN : Phase.OUT;
                free = entrance.clearance();
              }
            });
  }

  /** Nobody waits any more; a member that got in meanwhile goes out without waiting for others. */
  private void abandon(Entrance entrance, CompletableFuture<Optional<Membership>> entered) {
    if (!entrance.result().cancel(false)) {
      Futures.onDone(entered, got -> got.ifPresent(this::leaveUnlessInAgain), failure -> {});
    }
  }

  /** By now this member may have left, and be in with a later round. */
  private void leaveUnlessInAgain(Membership unwanted) {
    synchronized (lock) {
      if (membership.filter(unwanted::equals).isEmpty()) {
        return;
      }
      membership = Optional.empty();
      phase = Phase.OUT;
    }
    CompletableFuture<Boolean> unused = Exit.begin(coord, roster, unwanted, Optional.empty());
  }

  /** Leaves, blocking; gives false when the time is over. */
  public boolean leave(Optional<Duration> bound) throws InterruptedException {
    CompletableFuture<Boolean> exit = beginToLeave(bound);
    try {
      return mirrors.await(left(exit));
    } catch (InterruptedException e) {
      exit.cancel(false);
      throw e;
    }
  }

  /** Leaves; the future is the user's, and cancelling it ends the wait. */
  public CompletableFuture<Boolean> leaveAsync(Duration bound) {
    CompletableFuture<Boolean> exit = beginToLeave(Optional.of(bound));
    return published(left(exit), () -> exit.cancel(false));
  }

  /** Leaves; the future is the user's, and cancelling it ends the wait. */
  public CompletableFuture<Void> leaveAsync() {
    CompletableFuture<Boolean> exit = beginToLeave(Optional.empty());
    return published(left(exit).thenAccept(all -> {}), () -> exit.cancel(false));
  }

  private CompletableFuture<Boolean> beginToLeave(Optional<Duration> bound) {
    Membership in;
    synchronized (lock) {
      if (phase != Phase.IN || membership.isEmpty()) {
        throw new IllegalStateException(
            "this member of " + name + " cannot leave, it is " + phase + "; enter first");
      }
      in = membership.get();
      phase = Phase.LEAVING;
      membership = Optional.empty();
    }
    return Exit.begin(coord, roster, in, bound);
  }

  private CompletableFuture<Boolean> left(CompletableFuture<Boolean> exit) {
    return exit.whenComplete((end, failure) -> isOut()).thenApply(all -> all);
  }

  /** What the user gives up is given up once, though its end comes in that very moment. */
  private <T> CompletableFuture<T> published(CompletableFuture<T> ours, Runnable giveUp) {
    CompletableFuture<T> theirs = Futures.publish(ours, coord.callbacks(), tooLate -> giveUp.run());
    Futures.onDone(theirs, end -> {}, failure -> giveUp.run());
    Futures.onDone(
        ours,
        end -> {},
        failure -> {
          if (ours.isCancelled()) {
            giveUp.run();
          }
        });
    return theirs;
  }

  private void isOut() {
    synchronized (lock) {
      phase = Phase.OUT;
    }
  }
}
