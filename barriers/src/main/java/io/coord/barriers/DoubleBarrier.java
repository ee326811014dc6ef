package io.coord.barriers;

import io.coord.barriers.internal.Member;
import io.coord.core.Session;
import io.coord.core.internal.Names;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.session.LeaseSession;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A piece of work that a fixed number of members, in any processes that use the same etcd, begin
 * together and end together. Shares its keys with etcd's own Go recipe of that name.
 *
 * <pre>{@code
 * member 1  enter()|------ waits ------|== works ==|leave()|-- waits --|-> goes on
 * member 2            enter()|- waits -|== works =============|leave()-|-> goes on
 * member 3                      enter()|== works ==|leave()|-- waits --|-> goes on
 * member 4     (of 3)                     enter(): BarrierFullException
 * }</pre>
 *
 * <p>One object is one member, which enters and leaves, and may then enter again. A member whose
 * session ends is gone: who waits to leave is not held up by it, and who waits to enter waits for
 * another. A member that died after all had entered does not come back. A member that gave up and
 * enters again comes once its key of before is gone, for it would be counted beside it. Needs no
 * closing. Safe to share between threads.
 *
 * <p>While members of Go's recipe take part, its own weaknesses remain: there a member that comes
 * while others leave may get in with them.
 */
public final class DoubleBarrier {

  private final String name;
  private final int count;
  private final Member member;

  private DoubleBarrier(LeaseSession session, String name, int count) {
    this.name = Names.check("double barrier", name);
    this.count = count;
    this.member = new Member(session, name, count);
  }

  /**
   * Names a double barrier, and makes a member of it. Does not block; nothing is written.
   *
   * @param session what the membership is bound to
   * @param name the name; any text without NUL that is not empty
   * @param count how many members it takes, 1 or more; all have to say the same
   * @return a member that has not entered
   * @throws IllegalArgumentException when the name breaks the rule, or the count is less than 1
   */
  public static DoubleBarrier of(Session session, String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "a double barrier of " + count + " members; expected 1 or more");
    }
    return new DoubleBarrier(LeaseSession.of(session), name, count);
  }

  /**
   * Returns the name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns how many members it takes.
   *
   * @return how many
   */
  public int count() {
    return count;
  }

  /**
   * Enters: waits until as many members as the barrier takes have come. Blocks until then.
   *
   * @throws BarrierFullException when it has all its members, or those of the last time have not
   *     all left; no key of the caller remains
   * @throws IllegalStateException when this member has entered and not left
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of this member
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then no key remains, if etcd can
   *     be reached within a second, else until it can or the lease expires
   */
  public void enter() throws InterruptedException {
    boolean unused = member.enter(Optional.empty());
  }

  /**
   * Enters, but waits no longer than a time, and then one round trip more to delete its key: at
   * most a second, after which the deletion goes on by itself, until etcd can be reached or the
   * lease expires. When the others came in that very moment, it has entered.
   *
   * @param timeout how long; zero enters only as the last one, whom all others wait for, and asks
   *     for no longer than the request timeout
   * @return whether it has entered; false when the time is over, or etcd did not answer within it
   * @throws IllegalArgumentException when the timeout is negative
   * @throws BarrierFullException as {@link #enter()}
   * @throws IllegalStateException when this member has entered and not left
   * @throws InterruptedException when the thread is interrupted, as with {@link #enter()}
   */
  public boolean enter(Duration timeout) throws InterruptedException {
    return member.enter(Optional.of(Timeouts.check(timeout)));
  }

  /**
   * Does what {@link #enter()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait and deletes the key; if the others came
   * in that very moment, the member leaves again.
   *
   * @return completes when it has entered, or fails as {@link #enter()} does
   * @throws IllegalStateException when this member has entered and not left
   */
  public CompletableFuture<Void> enterAsync() {
    return member.enterAsync();
  }

  /**
   * Does what {@link #enter(Duration)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future is as with {@link #enterAsync()}.
   *
   * @param timeout how long; zero enters only as the last one
   * @return gives whether it has entered
   * @throws IllegalArgumentException when the timeout is negative
   * @throws IllegalStateException when this member has entered and not left
   */
  public CompletableFuture<Boolean> enterAsync(Duration timeout) {
    return member.enterAsync(Timeouts.check(timeout));
  }

  /**
   * Leaves: waits until all who entered together have left, or are gone. Blocks until then. The
   * member is out in any case: its key is deleted, even if etcd cannot be reached now.
   *
   * @throws IllegalStateException when this member has not entered
   * @throws io.coord.core.ClosedException when the connection is closed
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted while it waits for the others
   */
  public void leave() throws InterruptedException {
    boolean unused = member.leave(Optional.empty());
  }

  /**
   * Leaves, but waits for the others no longer than a time. The member is out in any case.
   *
   * @param timeout how long; zero looks once, for no longer than the request timeout
   * @return whether all have left; false when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws IllegalStateException when this member has not entered
   * @throws InterruptedException when the thread is interrupted while it waits for the others
   */
  public boolean leave(Duration timeout) throws InterruptedException {
    return member.leave(Optional.of(Timeouts.check(timeout)));
  }

  /**
   * Does what {@link #leave()} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future ends the wait for the others; the member is out.
   *
   * @return completes when all have left
   * @throws IllegalStateException when this member has not entered
   */
  public CompletableFuture<Void> leaveAsync() {
    return member.leaveAsync();
  }

  /**
   * Does what {@link #leave(Duration)} does, without blocking. Dependent actions run on the
   * connection's callback executor.
   *
   * @param timeout how long; zero looks once
   * @return gives whether all have left
   * @throws IllegalArgumentException when the timeout is negative
   * @throws IllegalStateException when this member has not entered
   */
  public CompletableFuture<Boolean> leaveAsync(Duration timeout) {
    return member.leaveAsync(Timeouts.check(timeout));
  }

  @Override
  public String toString() {
    return "DoubleBarrier[" + name + ", " + count + " members]";
  }
}
