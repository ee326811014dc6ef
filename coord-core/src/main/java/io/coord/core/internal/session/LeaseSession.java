package io.coord.core.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.SessionListener;
import io.coord.core.SessionLoss;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A session: a Tenure, one timer, and at most one keep-alive under way.
 *
 *  - The timer fires at the earliest moment at which something is due: a keep-alive, the suspension,
 *    the deadline. Each firing looks at the clock and does what is due, so a late timer (a process
 *    that was stopped) does the right thing first: it says "lost" before it sends anything.
 *  - One keep-alive at a time: the store repeats it on other members by itself. When it gives up, the
 *    next one is sent after a pause, until the deadline.
 *  - Every change of the tenure goes through change(); what follows from it (listeners, hooks, the
 *    timer) happens after the lock is released.
 *  - close() takes effect locally at once: from then on nothing is kept alive, whether or not the
 *    revocation succeeds. It looks at the clock first: what a process that was stopped closes may be
 *    lost, and its lease another's.
 */

/** A lease that is kept alive. */
public final class LeaseSession implements Session {

  /** Told once, when the session is over: on any thread, under no lock; must not block. */
  @FunctionalInterface
  public interface EndHook {
    void sessionEnded(LeaseSession session);
  }

  private static final Logger log = LoggerFactory.getLogger(LeaseSession.class);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final CoordRuntime coord;
  private final Store store;
  private final Scheduler scheduler;
  private final long lease;
  private final Custody custody;
  private final String label;
  private final KeyNames keyNames;
  private final Announcements announcements;
  private final EndHooks endHooks = new EndHooks(this);
  private final CompletableFuture<Void> revoked = new CompletableFuture<>();

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private Tenure tenure;

  @GuardedBy("lock")
  private boolean keepAliveUnderWay;

  @GuardedBy("lock")
  private @Nullable Timer timer;

  private LeaseSession(CoordRuntime coord, long leaseId, Custody custody, Tenure tenure) {
    this.coord = coord;
    this.store = coord.store();
    this.scheduler = store.scheduler();
    this.lease = leaseId;
    this.custody = custody;
    String nonce = Integer.toHexString((int) scheduler.randomLong());
    this.keyNames = new KeyNames(Long.toHexString(leaseId) + "-" + nonce + "-");
    this.label = coord.config().name() + "/" + Long.toHexString(leaseId);
    this.announcements = new Announcements(this, label, coord.callbacks());
    this.tenure = tenure;
  }

  /**
   * Begins to keep a lease that etcd has granted or extended.
   *
   * @param sentNanos when the request was sent, on the scheduler's clock
   */
  static LeaseSession begin(
      CoordRuntime coord, long leaseId, Custody custody, long sentNanos, Duration ttl) {
    Tenure tenure = Tenure.granted(sentNanos, ttl);
    LeaseSession session = new LeaseSession(coord, leaseId, custody, tenure);
    log.debug("session {}: open, time to live {} s", session.label, ttl.toSeconds());
    session.whatIsDue();
    return session;
  }

  /** The session behind what the user has. */
  public static LeaseSession of(Session session) {
    if (session instanceof LeaseSession known) {
      return known;
    }
    throw new IllegalArgumentException(
        "unknown implementation of Session: " + session.getClass() + "; expected Coord's own");
  }

  @Override
  public long leaseId() {
    custody.share();
    return lease;
  }

  /** The lease's number, for what the library does itself: nobody can take it over by that. */
  public long lease() {
    return lease;
  }

  /** Whether somebody else may keep the lease. */
  public Custody custody() {
    return custody;
  }

  @Override
  public Duration ttl() {
    return current().ttl();
  }

  @Override
  public Coord coord() {
    return coord;
  }

  /** The runtime of {@link #coord()}. */
  public CoordRuntime runtime() {
    return coord;
  }

  @Override
  public SessionState state() {
    return current().state();
  }

  @Override
  public Duration remaining() {
    return current().remaining(scheduler.nanoTime());
  }

  @Override
  public CompletionStage<SessionLoss> lost() {
    return announcements.lost();
  }

  @Override
  public void addListener(SessionListener listener) {
    announcements.add(listener);
  }

  @Override
  public void removeListener(SessionListener listener) {
    announcements.remove(listener);
  }

  /** Registers a hook; runs it at once when the session is already over. */
  public void addEndHook(EndHook hook) {
    endHooks.add(hook);
  }

  /** Forgets a hook; one that is being called may still finish. */
  public void removeEndHook(EndHook hook) {
    endHooks.remove(hook);
  }

  /** Why nothing can be done with this session any more; empty while something can. */
  public Optional<RuntimeException> ended() {
    Tenure now = current();
    return switch (now.state()) {
      case ACTIVE, SUSPENDED -> Optional.empty();
      case LOST -> Optional.of(new SessionLostException(label, now.loss().orElseThrow()));
      case CLOSED -> Optional.of(new ClosedException("session " + label + " is closed", null));
    };
  }

  /**
   * A name for a key under this lease that nobody else has, by no session of the lease, until it is
   * given back.
   */
  public String takeKeyName() {
    return keyNames.take();
  }

  /**
   * Lets a name be used again. Only for one whose keys are known to be gone, and of which no
   * request that writes them can still be on its way.
   */
  public void giveKeyNameBack(String name) {
    keyNames.giveBack(name);
  }

  /** Asks etcd at once whether it still has the lease, because something suggests otherwise. */
  public void checkNow() {
    lock.lock();
    try {
      if (tenure.isOver() || keepAliveUnderWay) {
        return;
      }
      keepAliveUnderWay = true;
    } finally {
      lock.unlock();
    }
    sendKeepAlive();
  }

  /** Somebody saw that etcd no longer has the lease. */
  public void leaseGone(String evidence) {
    change(before -> before.lost(SessionLoss.Reason.LEASE_GONE, evidence));
  }

  @Override
  public void orphan() {
    if (isActive() && change(Tenure::closed)) {
      log.debug("session {}: orphaned, its lease is left to run out", label);
      revoked.complete(null);
    } else {
      custody.leaveToOthers();
    }
  }

  @Override
  public void close() {
    Futures.awaitUninterruptibly(closeAsync());
  }

  @Override
  public CompletableFuture<Void> closeAsync() {
    beginClose();
    return revoked.copy();
  }

  void beginClose() {
    if (isActive() && change(Tenure::closed)) {
      Futures.onDone(
          store.revokeLease(lease),
          existed -> revoked.complete(null),
          failure -> {
            boolean again = coord.sessions().revokeLater(this, failure);
            log.info(
                "session {}: its lease could not be revoked and is {}: {}",
                label,
                again ? "tried again later" : "left to run out",
                failure.getMessage());
            revoked.complete(null);
          });
    } else if (current().state() == SessionState.LOST) {
      revoked.complete(null);
    }
  }

  @Override
  public String toString() {
    return "Session[" + label + ", " + state() + "]";
  }

  /** The tenure as of now; notices a deadline that has passed before its timer does. */
  private Tenure current() {
    lock.lock();
    try {
      Tenure now = tenure.at(scheduler.nanoTime());
      if (now.isOver() == tenure.isOver()) {
        return now;
      }
    } finally {
      lock.unlock();
    }
    change(before -> before.at(scheduler.nanoTime()));
    lock.lock();
    try {
      return tenure;
    } finally {
      lock.unlock();
    }
  }

  /** Applies a transition and what follows from it; true when it ended the session. */
  private boolean change(UnaryOperator<Tenure> transition) {
    Tenure before;
    Tenure after;
    lock.lock();
    try {
      before = tenure;
      after = transition.apply(before);
      tenure = after;
      if (after.state() != before.state()) {
        announcements.note(after);
      }
      if (after.isOver() && timer != null) {
        timer.cancel();
        timer = null;
      }
    } finally {
      lock.unlock();
    }
    if (after.state() != before.state()) {
      announcements.announce(after);
    }
    if (after.isOver() && !before.isOver()) {
      coord.sessions().ended(this, after, revoked);
      endHooks.run();
      return true;
    }
    return false;
  }

  /** Does what the clock says is due, and sets the timer for what is due next. */
  private void whatIsDue() {
    change(before -> before.at(scheduler.nanoTime()));
    boolean send = false;
    lock.lock();
    try {
      if (tenure.isOver()) {
        return;
      }
      long now = scheduler.nanoTime();
      Duration wait = tenure.untilChange(now);
      if (!keepAliveUnderWay) {
        Duration untilKeepAlive = tenure.untilKeepAlive(now);
        if (untilKeepAlive.isNegative() || untilKeepAlive.isZero()) {
          keepAliveUnderWay = true;
          send = true;
        } else if (untilKeepAlive.compareTo(wait) < 0) {
          wait = untilKeepAlive;
        }
      }
      setTimer(wait);
    } finally {
      lock.unlock();
    }
    if (send) {
      sendKeepAlive();
    }
  }

  @GuardedBy("lock")
  private void setTimer(Duration wait) {
    if (timer != null) {
      timer.cancel();
    }
    timer = scheduler.schedule(wait.isNegative() ? Duration.ZERO : wait, this::whatIsDue);
  }

  private void sendKeepAlive() {
    long sent = scheduler.nanoTime();
    Futures.onDone(
        store.keepLeaseAlive(lease),
        ttlSeconds -> keepAliveAnswered(sent, ttlSeconds),
        this::keepAliveFailed);
  }

  private void keepAliveAnswered(long sent, long ttlSeconds) {
    if (ttlSeconds <= 0) {
      leaseGone("etcd no longer has its lease: it was revoked from outside, or had expired");
      return;
    }
    change(before -> before.answered(sent, Duration.ofSeconds(ttlSeconds), scheduler.nanoTime()));
    lock.lock();
    try {
      keepAliveUnderWay = false;
    } finally {
      lock.unlock();
    }
    whatIsDue();
  }

  private void keepAliveFailed(Throwable failure) {
    log.debug("session {}: a keep-alive failed", label, failure);
    boolean isRefused = failure instanceof RefusedException;
    if (isRefused) {
      String why = String.valueOf(failure.getMessage());
      change(before -> before.refused(why, scheduler.nanoTime()));
    }
    lock.lock();
    try {
      if (tenure.isOver()) {
        return;
      }
      Duration tenth = tenure.ttl().dividedBy(10);
      boolean isLong = !isRefused && tenth.compareTo(LONGEST_PAUSE) > 0;
      Duration pause = isLong ? LONGEST_PAUSE : tenth;
      Duration untilChange = tenure.untilChange(scheduler.nanoTime());
      setTimer(pause.compareTo(untilChange) < 0 ? pause : untilChange);
      keepAliveUnderWay = false;
    } finally {
      lock.unlock();
    }
  }
}
