package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Names;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderRunnerListener;
import io.coord.election.LeaderRunnerOptions;
import io.coord.election.LeaderRunnerState;
import io.coord.election.LeaderWork;
import io.coord.election.internal.RunnerControl.Round;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The loop of a runner, on its own thread:
 *
 *   a session that is active: the last one, or a new one
 *     -> a place in the line -> the grant -> the work -> leave -> again
 *
 * When the work runs, and who interrupts it, is decided by RunnerControl. What else there is:
 *
 *  - Waiting. The thread waits for futures of the core, never for callbacks: a callback executor that
 *    is slow or stuck delays listeners, and neither a grant nor a loss. The waits that have no bound end
 *    with `closing` too. An interrupt means nothing here: only the work is told anything by one. So
 *    nothing stands between the last look and the work: LEADING is told from the store's thread, lest
 *    an executor that calls at once lets a listener run here, and be interrupted.
 *  - A loss comes from the ticket: from the session's timer at its local deadline, or from the answer
 *    that says the key or the lease is gone, on the thread that noticed. A resignation by the work's
 *    own code counts as one, and only that comes through the callback executor.
 *  - One key. The next place is taken when the last one's key is gone from etcd, or its session is.
 *    If the key cannot be deleted, the session is given up, and the key with it.
 *  - Lost reply, repeated request: the line's and the session's own business.
 *  - Close at any moment: `closing` ends any wait, the control refuses to begin and interrupts what
 *    has begun. The thread then gives the key up with its session. A work that outlasts the stop
 *    timeout has its session orphaned by the closing thread; what the thread does afterwards, when
 *    the work ends at last, finds the session closed and does nothing.
 *  - The connection closes: its sessions end, and with them the leadership; opening another one fails
 *    with ClosedException, which is a close.
 */

/**
 * A runner, and the thread that it owns.
 *
 * @param <T> the type of the values
 */
public final class RunnerLoop<T> implements LeaderRunner {

  private static final Logger log = LoggerFactory.getLogger(RunnerLoop.class);

  private final CoordRuntime coord;
  private final String name;
  private final String label;
  private final Bytes prefix;
  private final Codec<T> codec;
  private final T value;
  private final LeaderWork<T, ? extends Exception> work;
  private final LeaderRunnerOptions options;
  private final RunnerListeners listeners;
  private final RunnerControl control;
  private final RunnerPause pause;
  private final Runners runners;
  private final CompletableFuture<Void> closing = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletionStage<Void> endedStage;
  private final AtomicBoolean abandoned = new AtomicBoolean();
  private volatile Optional<LeaseSession> session = Optional.empty();

  /** Whether standing fails at present; on the loop's thread only. */
  private boolean inTrouble;

  private RunnerLoop(
      CoordRuntime coord,
      String name,
      Codec<T> codec,
      T value,
      LeaderWork<T, ? extends Exception> work,
      LeaderRunnerOptions options) {
    this.coord = coord;
    this.name = name;
    this.label = coord.config().name() + "/" + name;
    this.prefix = Names.prefix("election", name);
    this.codec = codec;
    this.value = value;
    Bytes unusedEncoding = codec.encode(value);
    this.work = work;
    this.options = options;
    this.listeners = new RunnerListeners(this, label, this::callBack);
    this.control = new RunnerControl(listeners::note);
    long seed = coord.store().scheduler().randomLong();
    this.pause = new RunnerPause(options, new SplittableRandom(seed));
    this.runners = coord.attachment(Runners.class, unused -> new Runners());
    this.endedStage =
        Futures.publish(ended.copy(), coord.callbacks(), tooLate -> {}).minimalCompletionStage();
  }

  /** Starts a runner; see {@link LeaderRunner#start}. */
  public static <T> LeaderRunner start(
      CoordRuntime coord,
      String name,
      Codec<T> codec,
      T value,
      LeaderWork<T, ? extends Exception> work,
      LeaderRunnerOptions options) {
    RunnerLoop<T> loop = new RunnerLoop<>(coord, name, codec, value, work, options);
    Thread thread = new Thread(loop::run, coord.config().name() + "-leader-" + name);
    thread.setDaemon(true);
    loop.runners.add(loop);
    thread.start();
    return loop;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public LeaderRunnerState state() {
    return control.state();
  }

  @Override
  public void addListener(LeaderRunnerListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(LeaderRunnerListener listener) {
    listeners.remove(listener);
  }

  @Override
  public CompletionStage<Void> ended() {
    return endedStage;
  }

  @Override
  public void close() {
    if (control.isWorkingHere()) {
      beginClose();
    } else {
      Futures.awaitUninterruptibly(closed());
    }
  }

  @Override
  public CompletableFuture<Void> closeAsync() {
    return Futures.publish(closed().copy(), coord.callbacks(), tooLate -> {});
  }

  /** Closes; the future ends with the runner, or after the stop timeout if the work outlasts it. */
  private CompletableFuture<Void> closed() {
    beginClose();
    if (control.isWorkingHere()) {
      return ended.copy();
    }
    CompletableFuture<Void> waited =
        ended.copy().completeOnTimeout(null, options.stopTimeout().toNanos(), TimeUnit.NANOSECONDS);
    return waited.thenRun(this::abandonTheWork);
  }

  /** Has the loop end; does not wait. */
  void beginClose() {
    control.close();
    closing.complete(null);
    listeners.tell();
  }

  private void abandonTheWork() {
    if (control.isWorking() && abandoned.compareAndSet(false, true)) {
      log.warn(
          "leader runner {}: closed, but its work still runs {} ms after it was told to stop; its"
              + " lease is left to run out, then another may lead",
          label,
          options.stopTimeout().toMillis());
      session.ifPresent(LeaseSession::orphan);
    }
  }

  // The loop, on its own thread

  private void run() {
    try {
      while (!control.isClosing()) {
        round();
        listeners.tell();
      }
    } finally {
      session.ifPresent(LeaseSession::close);
      runners.forget(this);
      control.ended();
      listeners.tell();
      ended.complete(null);
    }
  }

  /** Catches what the codec or an exception of the work throws, too: only closing ends the loop. */
  private void round() {
    try {
      stand(activeSession()).ifPresent(this::lead);
    } catch (ClosedException e) {
      log.debug("leader runner {}: ends with its connection", label, e);
      beginClose();
    } catch (SessionLostException e) {
      log.info("leader runner {}: stands again with another session", label);
    } catch (Throwable e) {
      cannotStand(e);
    }
  }

  /**
   * The last session, or a new one. Opening takes the request timeout at most, and is not cut short
   * by a close: the loop has to have the session in order to revoke it.
   */
  private LeaseSession activeSession() {
    Optional<LeaseSession> last = session.filter(Session::isActive);
    if (last.isPresent()) {
      return last.get();
    }
    Duration ttl = options.ttl().orElse(coord.config().sessionTtl());
    Session opened = Futures.awaitUninterruptibly(coord.sessions().open(ttl));
    LeaseSession next = LeaseSession.of(opened);
    session = Optional.of(next);
    return next;
  }

  /** Empty when the runner is closed meanwhile. */
  private Optional<TicketLeadership<T>> stand(LeaseSession active) {
    Campaign<T> campaign = Campaign.begin(active, prefix, codec, value);
    Ticket ticket = campaign.ticket();
    CompletableFuture<Ticket> behindOthers = ticket.mustWait().thenApply(known -> ticket);
    boolean stands = await(CompletableFuture.anyOf(ticket.granted(), behindOthers)).isPresent();
    if (stands && inTrouble) {
      inTrouble = false;
      log.info("leader runner {}: can stand again", label);
    }
    return await(ticket.granted()).map(campaign::won);
  }

  private void cannotStand(Throwable failure) {
    if (inTrouble) {
      log.debug("leader runner {}: still cannot stand", label, failure);
    } else {
      inTrouble = true;
      log.warn("leader runner {}: cannot stand, tries again: {}", label, failure.toString());
    }
    pauseAWhile();
  }

  private void lead(TicketLeadership<T> leadership) {
    Round round = control.next();
    Futures.onDone(leadership.ticket().lost(), loss -> lost(round, loss), never -> {});
    CompletionStage<HoldLoss> unused =
        leadership.lost().whenComplete((loss, resigned) -> control.stop(round));
    log.info("leader runner {}: elected, with token {}", label, leadership.fencingToken().value());
    long began = System.nanoTime();
    if (leadership.isLeader() && control.begin(round)) {
      coord.store().scheduler().execute(listeners::tell);
      Optional<Throwable> failure = runTheWork(leadership);
      boolean told = control.end();
      listeners.tell();
      resign(leadership);
      conclude(failure, told, Duration.ofNanos(System.nanoTime() - began));
    } else {
      resign(leadership);
    }
  }

  /** Catches errors too: a key that is kept alive without a leader would keep all others out. */
  private Optional<Throwable> runTheWork(TicketLeadership<T> leadership) {
    try {
      work.lead(leadership);
      return Optional.empty();
    } catch (Throwable thrown) {
      return Optional.of(thrown);
    }
  }

  private void conclude(Optional<Throwable> failure, boolean told, Duration length) {
    if (failure.isEmpty() || told || length.compareTo(pause.longest()) > 0) {
      pause.reset();
    }
    if (failure.isEmpty()) {
      log.info("leader runner {}: the work has ended", label);
    } else if (told) {
      log.info("leader runner {}: the work was stopped: {}", label, failure.get().toString());
    } else {
      log.error("leader runner {}: the work failed", label, failure.get());
      pauseAWhile();
    }
  }

  /** Tells the work at once, on whatever thread this is noticed. */
  private void lost(Round round, HoldLoss loss) {
    control.stop(round);
    listeners.tell();
    log.debug("leader runner {}: told to stop: {}", label, loss.detail());
    coord
        .store()
        .scheduler()
        .schedule(
            options.stopTimeout(),
            () -> {
              if (control.isWorking(round) && !control.isClosing()) {
                log.warn(
                    "leader runner {}: its work still runs {} ms after it was told to stop, since"
                        + " it leads no more; the runner does not stand again before it ends",
                    label,
                    options.stopTimeout().toMillis());
              }
            });
  }

  /** Waits until the key is gone; gives the session up when it cannot be deleted. */
  private void resign(TicketLeadership<T> leadership) {
    CompletableFuture<Release> unused = leadership.resignAsync();
    try {
      Optional<Ticket.Departure> left = await(leadership.ticket().leave());
      log.debug("leader runner {}: resigned: {}", label, left);
    } catch (RuntimeException e) {
      log.warn(
          "leader runner {}: gives its session up, for it cannot resign: {}", label, e.toString());
      session.ifPresent(LeaseSession::close);
    }
  }

  private void pauseAWhile() {
    control.pausing();
    listeners.tell();
    long end = System.nanoTime() + pause.next().toNanos();
    long left = end - System.nanoTime();
    while (left > 0 && !closing.isDone()) {
      try {
        closing.get(left, TimeUnit.NANOSECONDS);
      } catch (InterruptedException stray) {
        log.debug("leader runner {}: interrupted outside of its work", label);
      } catch (ExecutionException | TimeoutException over) {
        break;
      }
      left = end - System.nanoTime();
    }
    control.standing();
  }

  /** Waits for a future of ours; empty when the runner is closed first. */
  private <R> Optional<R> await(CompletableFuture<R> future) {
    CompletableFuture<Object> either = CompletableFuture.anyOf(future, closing);
    while (!either.isDone()) {
      try {
        either.get();
      } catch (InterruptedException stray) {
        log.debug("leader runner {}: interrupted outside of its work", label);
      } catch (ExecutionException failed) {
        break;
      }
    }
    return future.isDone() ? Optional.of(Futures.awaitUninterruptibly(future)) : Optional.empty();
  }

  /** A connection that is closed has no executor of its own any more: then nothing is told. */
  private void callBack(Runnable callback) {
    try {
      coord.callbacks().execute(callback);
    } catch (RejectedExecutionException e) {
      if (!control.isClosing()) {
        throw e;
      }
    }
  }
}
