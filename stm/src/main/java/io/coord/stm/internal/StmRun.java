package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CompactedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.stm.CommitSharing;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.stm.UnknownOutcome;
import io.coord.stm.internal.CommitOutcome.Committed;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import io.coord.stm.internal.Reads.Start;
import io.coord.stm.internal.Trial.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * One transaction, from its first attempt to its result.
 *
 *   ATTEMPT n --body returns--> COMMIT --committed--------> result: value, revision, n
 *      ^  |                        `-----not committed---.
 *      |  |                        `-----a guard failed-----> result: GuardFailedException
 *      |  |--body throws-----------> result: its exception |
 *      |  `--snapshot compacted--------------------------. |
 *      `------- PAUSE, then n + 1, while n < max <-------+-'  else result: conflict
 *
 * Attempts, and everything that completes the result, run on the executor, one after another; the
 * commit and the pause go on without a thread. Cancelling is completing the result from outside:
 * each step looks at it first, so that nothing more is sent. Nothing is ever written but by a
 * commit, which MarkedTxn makes safe. A run that has failed often goes first among those of its
 * process: see Claim.
 *
 * An attempt that begins while others of this process are under way runs among them, and COMMIT is
 * then joining their convoy: see Convoy. There the body's exception is believed only when the group
 * has committed. An attempt that needs what a group cannot give is run again, alone; so is one that
 * was refused something, and one that would be the last, and has failed for its company's sake. The
 * first attempt of one that is alone may be a guess, on what the last ones left; so is its commit.
 */
final class StmRun<R extends @Nullable Object> {

  private final StmEngine engine;
  private final Backoff backoff;
  private final Claim claim;
  private final StmOptions options;
  private final TransactionBody<R, ? extends Exception> body;
  private final Executor executor;
  private final CompletableFuture<StmResult<R>> result = new CompletableFuture<>();
  private boolean isSociable;
  private boolean guesses;
  private int conflicts;

  StmRun(
      StmEngine engine,
      StmOptions options,
      TransactionBody<R, ? extends Exception> body,
      Executor executor) {
    this.engine = engine;
    this.backoff = engine.backoff(options);
    this.claim = new Claim(engine.rightOfWay(), result::isDone);
    this.options = options;
    this.body = body;
    this.executor = executor;
    this.isSociable =
        options.commitSharing() == CommitSharing.ALLOWED
            && options.unknownOutcome() == UnknownOutcome.RESOLVE
            && options.maxAttempts() > 1
            && IsolationRules.of(options.isolation()).readsOneRevision();
  }

  CompletableFuture<StmResult<R>> start() {
    Futures.onDone(result, done -> claim.end(), gone -> claim.end());
    begin(1, Start.hinted(options.prefetch()));
    return result;
  }

  private void begin(int number, Start start) {
    try {
      executor.execute(() -> attempt(number, start));
    } catch (RejectedExecutionException e) {
      fail(new ClosedException("the executor of callbacks takes no more tasks", e));
    }
  }

  private void attempt(int number, Start start) {
    if (result.isDone()) {
      return;
    }
    engine.tally().attempted();
    Optional<SharedReads> company = board(start);
    Optional<Guess> guess = company.isEmpty() && number == 1 ? guess(start) : Optional.empty();
    if (company.isPresent()) {
      attempt(number, company.get(), () -> company);
    } else if (guess.isPresent()) {
      attempt(number, guess.get(), guess.get()::company);
    } else {
      attempt(number, StoreReads.of(engine.store(), options, start), Optional::empty);
    }
  }

  private void attempt(int number, Reads reads, Supplier<Optional<SharedReads>> company) {
    Attempt attempt = new Attempt(options, reads, result::isDone);
    Ending<R> ending = execute(attempt);
    Trial<R> trial = new Trial<>(number, attempt.end(), company.get(), ending);
    guesses = guesses && trial.company().isPresent();
    ended(trial, attempt.failure());
  }

  private Optional<SharedReads> board(Start start) {
    return isSociable
        ? engine.convoy().board(options.maxOperations(), start.hints())
        : Optional.empty();
  }

  private Optional<Guess> guess(Start start) {
    if (!isSociable) {
      return Optional.empty();
    }
    Optional<SharedReads> remembered =
        engine.convoy().recall(options.maxOperations(), start.hints());
    guesses = remembered.isPresent();
    return remembered.map(
        reads -> new Guess(reads, () -> StoreReads.of(engine.store(), options, start)));
  }

  @SuppressWarnings("CatchingUnchecked")
  private Ending<R> execute(Attempt attempt) {
    try {
      return new Ending.Returned<>(engine.execute(body, attempt));
    } catch (Throwable thrown) {
      return new Ending.Thrown<>(thrown);
    }
  }

  private void ended(Trial<R> trial, Optional<Exception> failure) {
    Optional<Throwable> thrown = trial.thrown();
    boolean isBelieved =
        trial.hasSeenTheTruth()
            || thrown.filter(InterruptedException.class::isInstance).isPresent();
    if (failure.isPresent()) {
      brokenOff(trial, failure.get());
    } else if (thrown.isPresent() && isBelieved) {
      fail(thrown.get());
    } else if (Thread.interrupted()) {
      fail(new InterruptedException("interrupted before the commit"));
    } else {
      Futures.onDone(claim.pass(trial.writes().keySet()), go -> commit(trial), this::fail);
    }
  }

  private void brokenOff(Trial<R> trial, Exception failure) {
    if (failure instanceof CompactedException) {
      trial.company().ifPresent(engine.convoy()::wearOut);
      again(trial, NotCommitted.withoutConflict());
    } else if (failure instanceof Rerun rerun && rerun.how() == Rerun.How.ALONE) {
      alone(trial);
    } else if (failure instanceof Rerun) {
      overtaken(trial);
    } else if (trial.hasSeenTheTruth()
        || failure instanceof UnavailableException
        || failure instanceof InterruptedException) {
      fail(trial.thrown().orElse(failure));
    } else {
      // It was refused something that it might not have asked for, had it seen what is so.
      alone(trial);
    }
  }

  private void commit(Trial<R> trial) {
    if (result.isDone()) {
      return;
    }
    Footprint footprint = trial.footprint();
    boolean mayLead = isSociable && trial.isPlain() && !footprint.reads().isEmpty();
    if (trial.company().isPresent()) {
      join(trial, trial.company().get());
    } else if (!mayLead || footprint.isReadOnly()) {
      commitAlone(trial, footprint);
    } else if (!engine.convoy().setOut(footprint, new Passenger(trial))) {
      // Others have set out since it began: among them it need not fight with them.
      if (!claim.isMade() && engine.convoy().isBoarding()) {
        begin(trial.number() + 1, Start.hinted(hints(footprint)));
      } else {
        commitAlone(trial, footprint);
      }
    }
  }

  private void join(Trial<R> trial, SharedReads company) {
    ReadSet reads = trial.footprint().reads();
    boolean isBlind = guesses && reads.isEmpty();
    if (isBlind || !trial.isPlain() || reads.keys().size() >= options.maxOperations()) {
      byItself(trial, company);
      return;
    }
    switch (engine.convoy().join(company, trial.writes(), new Passenger(trial))) {
      case JOINED -> {} // The passenger is told.
      case OVERTAKEN -> overtaken(trial);
      case OVER -> leftBehind(trial, company);
    }
  }

  /** A group cannot take it. On a guess, a commit of its own can check all that it has read. */
  private void byItself(Trial<R> trial, SharedReads company) {
    Footprint footprint = trial.footprint();
    Optional<ReadSet> settled = guesses ? company.settled() : Optional.empty();
    boolean isChecked =
        footprint.reads().isEmpty() || !trial.writes().isEmpty() || !footprint.guards().isEmpty();
    if (settled.isPresent() && isChecked && trial.thrown().isEmpty()) {
      commitAlone(trial, footprint.withReads(settled.get()));
    } else {
      alone(trial);
    }
  }

  /** The epoch that it has read in is over; what it has read may still be as it was. */
  private void leftBehind(Trial<R> trial, SharedReads company) {
    Optional<ReadSet> settled = company.settled();
    // By itself it would fail those who are under way now, unless it goes first.
    boolean hasCompany = !claim.isMade() && engine.convoy().isBoarding();
    if (settled.isEmpty() || trial.writes().isEmpty() || hasCompany) {
      overtaken(trial);
    } else {
      commitAlone(trial, trial.footprint().withReads(settled.get()));
    }
  }

  private void commitAlone(Trial<R> trial, Footprint footprint) {
    Futures.onDone(
        engine.committer().commit(footprint, options.unknownOutcome(), result::isDone),
        outcome -> {
          if (outcome instanceof Committed committed) {
            engine.convoy().writtenAlone(footprint.writes().keySet());
            conclude(
                trial,
                committed.revision(),
                footprint.isReadOnly() ? OptionalInt.empty() : OptionalInt.of(0));
          } else if (outcome instanceof NotCommitted conflict) {
            // On a wrong guess, it might have required another guard.
            boolean isBelieved = !guesses || conflict.changed().isEmpty();
            conflict
                .broken()
                .filter(broken -> isBelieved)
                .ifPresentOrElse(this::fail, () -> again(trial, conflict));
          }
        },
        this::fail);
  }

  /** It took effect, so what the body gave counts: a value or an exception. */
  private void conclude(Trial<R> trial, long revision, OptionalInt position) {
    if (guesses) {
      engine.convoy().guessedRight();
    }
    if (trial.ending() instanceof Ending.Returned<R> returned) {
      StmResult<R> done = new StmResult<>(returned.value(), revision, trial.number(), position);
      engine.tally().committed(options.listener(), revision, trial.number());
      complete(() -> result.complete(done));
    } else {
      trial.thrown().ifPresent(this::fail);
    }
  }

  /** Somebody of this process has written what it has read: no use in waiting. */
  private void overtaken(Trial<R> trial) {
    guesses = false;
    if (mayGoOn(trial, trial.overtakenKeys())) {
      claim.failed(trial.footprint().reads());
      begin(trial.number() + 1, Start.hinted(hints(trial.footprint())));
    }
  }

  private void again(Trial<R> trial, NotCommitted conflict) {
    if (!mayGoOn(trial, conflict.changed())) {
      return;
    }
    Start start = new Start(conflict.fresh(), hints(trial.footprint()));
    if (guesses) {
      // It stood for the first read, and nobody need be about.
      guesses = false;
      engine.convoy().guessedWrong();
      begin(trial.number() + 1, start);
      return;
    }
    conflicts++;
    boolean goesFirst = claim.failed(trial.footprint().reads());
    Duration pause = goesFirst ? Duration.ZERO : backoff.after(conflicts);
    if (pause.isZero()) {
      begin(trial.number() + 1, start);
      return;
    }
    Futures.onDone(
        engine.pauses().pause(pause), done -> begin(trial.number() + 1, start), this::fail);
  }

  private void alone(Trial<R> trial) {
    isSociable = false;
    guesses = false;
    begin(trial.number() + 1, Start.hinted(hints(trial.footprint())));
  }

  /**
   * Whether the next attempt is to be made like this one. If it was the last that is allowed, the
   * transaction is given up; or run by itself, if what it has met means nothing to it by itself.
   */
  private boolean mayGoOn(Trial<R> trial, List<Bytes> keys) {
    engine.tally().conflicted(options.listener(), trial.number(), keys);
    boolean isLast = trial.number() >= options.maxAttempts();
    if (isLast && keys.isEmpty() && trial.company().isPresent()) {
      alone(trial);
    } else if (isLast) {
      fail(new StmConflictException(keys, trial.number()));
    }
    return !isLast;
  }

  /** What the next attempt will most likely read: what it was told, and what this one has read. */
  private List<Bytes> hints(Footprint footprint) {
    List<Bytes> hints = new ArrayList<>(options.prefetch());
    hints.addAll(footprint.reads().keysOutsideRanges());
    return hints;
  }

  private void fail(Throwable failure) {
    complete(() -> result.completeExceptionally(failure));
  }

  /**
   * What is chained to the result belongs on the executor, as long as that takes tasks. It may
   * block and need what the claim holds up, and may run before what we have chained to it
   * ourselves.
   */
  private void complete(Runnable completion) {
    claim.end();
    try {
      executor.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run();
    }
  }

  /** This transaction in a group. */
  private final class Passenger implements Member {
    private final Trial<R> trial;

    Passenger(Trial<R> trial) {
      this.trial = trial;
    }

    @Override
    public boolean isCalledOff() {
      return result.isDone();
    }

    @Override
    public int mostKeys() {
      return options.maxOperations() - 1;
    }

    @Override
    public boolean guardsBlindWrites() {
      return trial.footprint().rules().guardsBlindWrites();
    }

    @Override
    public void committed(long revision, OptionalInt position) {
      conclude(trial, revision, position);
    }

    @Override
    public void conflicted(NotCommitted conflict) {
      again(trial, conflict.among(trial.footprint().guardedKeys()));
    }

    @Override
    public void alone() {
      StmRun.this.alone(trial);
    }

    @Override
    public void failed(Throwable failure) {
      if (trial.writes().isEmpty()) {
        StmRun.this.alone(trial);
      } else {
        fail(failure);
      }
    }
  }
}
