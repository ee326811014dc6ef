package io.coord.core.internal.line;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.line.Ticket.Phase;
import io.coord.core.internal.store.LeaseNotFoundException;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line: ordered waiting under one prefix. Sends what {@link LineState} decides, and brings it
 * the answers. Safe to share between threads.
 */
final class Line {

  /** A change of the line's state; what it adds to the effects runs after the lock is released. */
  interface Step {
    void apply(LineState state, List<Runnable> effects);
  }

  private static final Logger log = LoggerFactory.getLogger(Line.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  /** A permission that is missing comes back by somebody's hand. */
  private static final Duration REFUSED_PAUSE = Duration.ofSeconds(1);

  private static final int IDLE_TICKS_UNTIL_RETIRED = 20;

  private final String label;
  private final Store store;
  private final GroupCommit commits;
  private final Bytes prefix;
  private final LineRequests requests;

  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final LineState state;

  @GuardedBy("lock")
  private int idleTicks;

  @GuardedBy("lock")
  private boolean retired;

  Line(String coordName, Store store, GroupCommit commits, Bytes prefix, Admission admission) {
    this.label = coordName + "/" + prefix;
    this.store = store;
    this.commits = commits;
    this.prefix = prefix;
    this.requests = new LineRequests(prefix);
    LineView view = new LineView(admission, prefix.length());
    LineWatch watch = new LineWatch(this, store, requests, view, admission.changesThatMatter());
    LetGo letGo = new LetGo(store.scheduler()::nanoTime);
    Turns turns = new Turns(this, admission, view, watch, letGo);
    this.state = new LineState(this, requests, turns, view, watch);
  }

  /** Puts a ticket into the line; false when the line has been retired and another is needed. */
  boolean join(Ticket ticket) {
    List<Runnable> effects = new ArrayList<>();
    lock.lock();
    try {
      if (retired) {
        return false;
      }
      idleTicks = 0;
      state.join(ticket, effects);
    } finally {
      lock.unlock();
    }
    effects.forEach(Runnable::run);
    return true;
  }

  void leave(Ticket ticket) {
    step((now, effects) -> now.leave(ticket, effects));
  }

  void leaveCompanionBehind(Ticket ticket) {
    step((now, effects) -> now.leaveCompanionBehind(ticket, effects));
  }

  void askPlace(Ticket ticket) {
    step((now, effects) -> now.askPlace(ticket));
  }

  void sessionEnded(Ticket ticket) {
    step((now, effects) -> now.sessionEnded(ticket, effects));
  }

  /** Whether it is in time: nobody has taken over at once. */
  boolean handOverOnceGone(Ticket ticket) {
    lock.lock();
    try {
      return state.handOverOnceGone(ticket);
    } finally {
      lock.unlock();
    }
  }

  /** Looks at the session outside the lock: its end, noticed there and then, is told to others. */
  boolean isHeld(Ticket ticket) {
    lock.lock();
    try {
      if (ticket.phase != Phase.HELD) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    return ticket.session.isActive();
  }

  /**
   * Runs a change, draws the conclusions, and then does what they ask for. The conclusions come
   * first: whoever is granted now is waited for by all behind, and whoever left by nobody.
   */
  void step(Step change) {
    List<Runnable> effects = new ArrayList<>();
    List<Runnable> conclusions = new ArrayList<>();
    lock.lock();
    try {
      change.apply(state, effects);
      state.settle(conclusions);
    } finally {
      lock.unlock();
    }
    Flat.run(conclusions);
    effects.forEach(Runnable::run);
  }

  /** Time has passed; true when the line has been idle for long and takes no more tickets. */
  boolean tick() {
    List<Runnable> effects = new ArrayList<>();
    boolean retire;
    lock.lock();
    try {
      state.tick(effects);
      idleTicks = state.isIdle() ? idleTicks + 1 : 0;
      retire = idleTicks >= IDLE_TICKS_UNTIL_RETIRED;
      if (retire) {
        retired = true;
        state.watch().close(effects);
      }
    } finally {
      lock.unlock();
    }
    effects.forEach(Runnable::run);
    return retire;
  }

  /** The line cannot be watched or read. */
  void unreadable(CoordException cause) {
    log.debug("line {}: cannot be read", label, cause);
    step((now, effects) -> now.unreadable(cause, effects));
  }

  // Requests: each brings its answer back through step().

  void sendJoin(Ticket ticket) {
    if (ticket.resumed.isPresent()) {
      sendResume(ticket);
    } else {
      sendNewJoin(ticket);
    }
  }

  private void sendResume(Ticket ticket) {
    long sentAt = now();
    Futures.onDone(
        store.range(RangeRequest.key(ticket.key).keysOnly()),
        answer -> step((now, effects) -> now.resumeAnswered(ticket, answer, sentAt, effects)),
        failure -> persist(ticket, failure, () -> sendResume(ticket)));
  }

  private void sendNewJoin(Ticket ticket) {
    TxnRequest request;
    lock.lock();
    try {
      if (ticket.phase != Phase.JOINING) {
        return;
      }
      request = state.nextJoin(ticket);
    } finally {
      lock.unlock();
    }
    long sentAt = now();
    Futures.onDone(
        commits.txn(prefix, request),
        answer -> step((now, effects) -> now.joinAnswered(ticket, answer, sentAt, effects)),
        failure -> {
          step((now, effects) -> ticket.mayBeWrittenLate = true);
          if (failure instanceof OutcomeUnknownException) {
            log.debug("line {}: {} may have joined, finding out", label, ticket, failure);
            sendRaiseFence(ticket);
          } else {
            retryOrFail(
                ticket, failure, () -> step((now, effects) -> now.joinNotApplied(ticket, effects)));
          }
        });
  }

  private void sendRaiseFence(Ticket ticket) {
    long sentAt = now();
    Futures.onDone(
        store.txn(requests.raiseFence(ticket)),
        answer ->
            requests
                .companionAlone(ticket, answer)
                .ifPresentOrElse(
                    companion -> sendDeleteCompanion(ticket, companion),
                    () ->
                        step((now, effects) -> now.joinResolved(ticket, answer, sentAt, effects))),
        failure -> persist(ticket, failure, () -> sendRaiseFence(ticket)));
  }

  private void sendDeleteCompanion(Ticket ticket, Entry companion) {
    Futures.onDone(
        store.txn(requests.delete(companion)),
        answer -> sendRaiseFence(ticket),
        failure -> persist(ticket, failure, () -> sendRaiseFence(ticket)));
  }

  /** Sent once, so that no copy of it can come late; only if that fails, as often as it takes. */
  void sendLeave(Ticket ticket, Successors next) {
    TxnRequest request = requests.leave(ticket, next);
    long sentAt = now();
    CompletableFuture<TxnResult> sent =
        next.isNobody() ? commits.farewell(prefix, request) : commits.txn(prefix, request);
    awaitLeave(ticket, next, request, sentAt, sent);
  }

  private void awaitLeave(
      Ticket ticket,
      Successors next,
      TxnRequest request,
      long sentAt,
      CompletableFuture<TxnResult> sent) {
    Futures.onDone(
        sent,
        answer -> {
          boolean wasThere = ((OpResult.Delete) answer.results().get(0)).deleted() > 0;
          Departure found =
              wasThere || mayBeOurDoing(ticket, request) ? Departure.LEFT : Departure.HAD_BEEN_LOST;
          step((now, effects) -> now.leaveAnswered(ticket, next, answer, sentAt, found, effects));
        },
        failure -> {
          step((now, effects) -> ticket.mayBeWrittenLate = true);
          Runnable again = () -> repeatLeave(ticket, next);
          if (failure instanceof OutcomeUnknownException) {
            again.run();
          } else {
            persist(ticket, failure, again);
          }
        });
  }

  private void repeatLeave(Ticket ticket, Successors next) {
    TxnRequest copy = requests.leave(ticket, next).harmlessToRepeat();
    awaitLeave(ticket, next, copy, now(), store.txn(copy));
  }

  /**
   * The key is gone, and an earlier copy of the request may have deleted it: no false alarm then.
   */
  private static boolean mayBeOurDoing(Ticket ticket, TxnRequest request) {
    return request.isRepeatable() && ticket.session.ended().isEmpty();
  }

  void sendCheck(Ticket ticket) {
    long sentAt = now();
    Futures.onDone(
        store.range(RangeRequest.key(ticket.key).keysOnly()),
        answer -> step((now, effects) -> now.checkAnswered(ticket, answer, sentAt)),
        failure -> retryOrFail(ticket, failure, () -> sendCheck(ticket)));
  }

  private long now() {
    return store.scheduler().nanoTime();
  }

  /** What was not applied is tried again until the session ends; what was refused is final. */
  private void retryOrFail(Ticket ticket, Throwable failure, Runnable again) {
    if (failure instanceof LeaseNotFoundException) {
      ticket.session.leaseGone("etcd no longer has its lease: " + failure.getMessage());
      return;
    }
    if (failure instanceof RefusedException || failure instanceof ClosedException) {
      CoordException cause = (CoordException) failure;
      step((now, effects) -> now.fail(ticket, cause, effects));
      return;
    }
    store.scheduler().schedule(RETRY_PAUSE, () -> retry(ticket, again));
  }

  private void retry(Ticket ticket, Runnable again) {
    if (ticket.session.ended().isPresent()) {
      step((now, effects) -> now.abandon(ticket, effects));
    } else {
      again.run();
    }
  }

  /**
   * Like {@link #retryOrFail}, where a key of the ticket is in etcd, or may be: a refusal is told,
   * and what must be done is tried again all the same.
   */
  private void persist(Ticket ticket, Throwable failure, Runnable again) {
    if (failure instanceof LeaseNotFoundException || failure instanceof ClosedException) {
      retryOrFail(ticket, failure, again);
    } else if (failure instanceof RefusedException refused) {
      step((now, effects) -> ticket.refused(refused, effects));
      pause(ticket, REFUSED_PAUSE, again);
    } else {
      pause(ticket, RETRY_PAUSE, again);
    }
  }

  /** The end of the session ends the pause; a store that is closed drops the timer. */
  private void pause(Ticket ticket, Duration length, Runnable again) {
    step((now, effects) -> ticket.pausing = true);
    if (ticket.session.ended().isPresent()) {
      step((now, effects) -> now.abandon(ticket, effects));
      return;
    }
    store
        .scheduler()
        .schedule(
            length,
            () -> {
              step((now, effects) -> ticket.pausing = false);
              retry(ticket, again);
            });
  }
}
