package io.coord.core.internal.session;

import io.coord.core.SessionLoss;
import java.util.concurrent.atomic.AtomicReference;

/*
 * Which leases may be revoked later than at once, when their session was lost, or closed in vain.
 *
 * etcd knows no owner of a lease: whoever has its number may keep it alive, and a revocation cannot be
 * made to depend on whether somebody does. Nor can that be seen from outside: a keep-alive of another
 * one looks like a change of etcd's leader. So only what this process has done can tell:
 *
 *   ALONE --number given out--> SHARED <--taken over---
 *     |                           ^
 *     '------over---> GIVEN_UP ---'
 *                        orphaned
 *
 * ALONE: granted to this session, under a number that was drawn at random and that nobody has been
 *    given. Keys under it are this session's, and it has told everybody that it holds nothing.
 * SHARED: not ours to revoke. The lease was taken over: whoever kept it before may keep it again, and
 *    a third may take it over from us. Or its number was given out (Session.leaseId, or the key of a
 *    leadership, by which another process can resume it): perhaps it was written down for a successor,
 *    who went on with the lease while we were stopped or cut off.
 * GIVEN_UP: lost, or closed in vain, while ALONE. What is asked from now on is for the log; only
 *    orphan() still says that the lease is meant for another one.
 *
 * Whoever reads the number of a lease in etcd, or in a log, is not seen here. The Javadoc of
 * Coord.takeOverSession says what may be taken over.
 */

/** Whether a session's lease is its own, and nobody else's. Safe to share between threads. */
public final class Custody {

  private enum State {
    ALONE,
    SHARED,
    GIVEN_UP
  }

  private final AtomicReference<State> state;

  private Custody(State state) {
    this.state = new AtomicReference<>(state);
  }

  /** Of a lease that was granted to the session. */
  static Custody opened() {
    return new Custody(State.ALONE);
  }

  /** Of a lease that somebody else had before. */
  static Custody takenOver() {
    return new Custody(State.SHARED);
  }

  /** Somebody is given what it takes to keep the lease. */
  public void share() {
    if (state.get() == State.ALONE) {
      state.compareAndSet(State.ALONE, State.SHARED);
    }
  }

  /** The lease is meant to stay. */
  void leaveToOthers() {
    state.set(State.SHARED);
  }

  /** The session is lost; true when it leaves a lease behind that is nobody else's. */
  boolean giveUp(SessionLoss loss) {
    return loss.reason() != SessionLoss.Reason.LEASE_GONE && giveUp();
  }

  /** The session is over, and its lease is not; true when that is nobody else's. */
  boolean giveUp() {
    return state.compareAndSet(State.ALONE, State.GIVEN_UP);
  }

  /** Whether the lease is still nobody's. */
  boolean isGivenUp() {
    return state.get() == State.GIVEN_UP;
  }
}
