package io.coord.core.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.ClosedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A lease whose session was lost, or closed in vain, until nothing more is done about it:
 *
 *   WAITING --due, and its turn--> UNDER WAY --answered--> over
 *    |   ^                              |
 *    |   '- no member answered, refused-'
 *    '--- too late, orphaned, connection closed ---------> over
 *
 * etcd dates every lease anew when its leader changes, so a lease can outlive its lost session by any
 * number of times to live, and everybody behind its keys waits for keys that are worth nothing.
 *
 * Invariants
 *  - Here come only leases that nobody else keeps: Custody tells which.
 *  - None of a lost session is revoked before it is due: Tenure.untilRevocable. So to everybody a
 *    revocation looks like a lease that has run out in time, and whoever is told of the loss has as
 *    long to stop as ever. One of a session that was closed is due at once.
 *    Only when the connection is closed it comes at once, as for sessions that are not lost: who
 *    closes it says that nobody is at work any more.
 *  - However many leases there are, one request is under way until etcd has answered one, and then
 *    WIDTH of them. When no member can be asked, it waits in the store for the first that can.
 *  - What etcd refuses, it may take a moment later, when a permission is back say. Each lease is tried
 *    again after a pause of its own that doubles, so that one that is refused for good costs little.
 *  - At most one timer, for what is due first; none when nothing waits.
 *
 * A lost reply: the store repeats a revocation, which is harmless, and a lease that is gone by then is
 * as good as revoked. A copy that is held up may come at any later time: the number was drawn at
 * random, and is never granted again.
 * Closed at any moment: each gets one try, within LAST_CHANCE. The store ends what is left.
 */

/** Revokes what lost sessions have left in etcd, so that others need not wait for it to run out. */
final class LostLeases {

  private static final Logger log = LoggerFactory.getLogger(LeaseSession.class);

  /** How many revocations are under way at once; etcd allows itself 16 for those that run out. */
  private static final int WIDTH = 4;

  /** Between two tries while no member answers. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Between the first two tries that etcd refuses. */
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(1);

  /** How long closing waits for what can only be tried once more. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

  /** For how many times to live it is tried: one without a change of leader is enough. */
  private static final int PATIENCE = 10;

  private static final Duration LONGEST_PATIENCE = Duration.ofDays(1);

  private final Store store;
  private final Scheduler scheduler;
  private final ReentrantLock lock = new ReentrantLock();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  @GuardedBy("lock")
  private final PriorityQueue<LostLease> waiting =
      new PriorityQueue<>((one, other) -> Long.signum(one.due - other.due));

  @GuardedBy("lock")
  private int underWay;

  @GuardedBy("lock")
  private Answer last = Answer.MISSING;

  /** No request is sent before, because no member answered the last one. */
  @GuardedBy("lock")
  private long pausedUntil;

  @GuardedBy("lock")
  private boolean closing;

  @GuardedBy("lock")
  private @Nullable Timer timer;

  LostLeases(Store store) {
    this.store = store;
    this.scheduler = store.scheduler();
    this.pausedUntil = scheduler.nanoTime();
  }

  /** A session was lost whose lease is nobody else's: it is to be revoked. */
  void add(LeaseSession session, Tenure lost) {
    boolean unused = add(session, lost.untilRevocable(scheduler.nanoTime()), lost.ttl());
  }

  /**
   * A lease is to be revoked after a while; tells whether that will be tried.
   *
   * @param ttl its time to live
   */
  boolean add(LeaseSession session, Duration wait, Duration ttl) {
    long now = scheduler.nanoTime();
    Duration patience = shorter(ttl.multipliedBy(PATIENCE), LONGEST_PATIENCE);
    if (wait.compareTo(patience) >= 0) {
      return false;
    }
    lock.lock();
    try {
      if (closing) {
        return false;
      }
      waiting.add(
          new LostLease(session, now + wait.toNanos(), now + patience.toNanos(), REFUSED_PAUSE));
    } finally {
      lock.unlock();
    }
    proceed();
    return true;
  }

  /** Tries each that is left once more; completes when that is done, or took too long. */
  CompletableFuture<Void> close() {
    lock.lock();
    try {
      closing = true;
      if (underWay > 0 || !waiting.isEmpty()) {
        Timer unused = scheduler.schedule(LAST_CHANCE, () -> ended.complete(null));
      }
    } finally {
      lock.unlock();
    }
    proceed();
    return ended;
  }

  private void proceed() {
    List<LostLease> next = new ArrayList<>();
    boolean over;
    lock.lock();
    try {
      takeDue(next);
      over = closing && underWay == 0;
    } finally {
      lock.unlock();
    }
    next.forEach(this::revoke);
    if (over) {
      ended.complete(null);
    }
  }

  @GuardedBy("lock")
  private void takeDue(List<LostLease> next) {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    long now = scheduler.nanoTime();
    while (!waiting.isEmpty() && underWay < (last == Answer.GIVEN ? WIDTH : 1)) {
      long wait = Math.max(waiting.element().due - now, pausedUntil - now);
      if (wait > 0 && !closing) {
        timer = scheduler.schedule(Duration.ofNanos(wait), this::proceed);
        return;
      }
      LostLease first = waiting.remove();
      if (first.until - now > 0 && first.session.custody().isGivenUp()) {
        underWay++;
        next.add(first);
      } else {
        log.debug("{}: its lease is left to run out", first);
      }
    }
  }

  private void revoke(LostLease lease) {
    Futures.onDone(
        store.revokeLease(lease.session.lease()),
        existed -> {
          if (existed) {
            log.info("{}: its lease, which had outlived it, was revoked", lease);
          }
          finished(Answer.GIVEN);
        },
        failure -> failed(lease, failure));
  }

  private void failed(LostLease lease, Throwable failure) {
    log.debug("{}: its lease could not be revoked", lease, failure);
    long now = scheduler.nanoTime();
    if (failure instanceof UnavailableException) {
      putBack(lease.unanswered(now), now + PAUSE.toNanos());
      finished(Answer.MISSING);
    } else if (failure instanceof ClosedException) {
      dropAll();
      finished(Answer.MISSING);
    } else {
      putBack(lease.refused(now), now);
      finished(Answer.GIVEN);
    }
  }

  private void putBack(LostLease lease, long noRequestBefore) {
    lock.lock();
    try {
      pausedUntil = noRequestBefore;
      if (!closing) {
        waiting.add(lease);
      }
    } finally {
      lock.unlock();
    }
  }

  private void dropAll() {
    lock.lock();
    try {
      waiting.clear();
    } finally {
      lock.unlock();
    }
  }

  private void finished(Answer answer) {
    lock.lock();
    try {
      underWay--;
      last = answer;
    } finally {
      lock.unlock();
    }
    proceed();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** What became of a request. */
  private enum Answer {
    /** Etcd has revoked the lease, has none, or refuses. */
    GIVEN,
    /** No member has answered. */
    MISSING
  }

  /**
   * One of them.
   *
   * @param due when it may be revoked, on the scheduler's clock
   * @param until when nothing more is tried
   * @param pause before it is tried again, if etcd refuses
   */
  private record LostLease(LeaseSession session, long due, long until, Duration pause) {

    /** Behind the others that are due: they all wait for the same members. */
    LostLease unanswered(long now) {
      return new LostLease(session, now, until, pause);
    }

    LostLease refused(long now) {
      return new LostLease(session, now + pause.toNanos(), until, pause.multipliedBy(2));
    }

    @Override
    public String toString() {
      return session.toString();
    }
  }
}
