package io.coord.stm.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CompactedException;
import io.coord.core.internal.Futures;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.stm.internal.CommitOutcome.Committed;
import io.coord.stm.internal.CommitOutcome.NotCommitted;
import io.coord.stm.internal.Reads.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
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
 * commit, which MarkedCommit makes safe. A run that has failed often goes first among those of its
 * process: see RightOfWay.
 */
final class StmRun<R extends @Nullable Object> {

  /** How many attempts a run makes before it claims the right of way. */
  private static final int PATIENCE = 4;

  private final StmEngine engine;
  private final Committer committer;
  private final Pauses pauses;
  private final Backoff backoff;
  private final RightOfWay rightOfWay;
  private final Tally tally;
  private final StmOptions options;
  private final TransactionBody<R, ? extends Exception> body;
  private final Executor executor;
  private final CompletableFuture<StmResult<R>> result = new CompletableFuture<>();
  private boolean hasClaimed;

  StmRun(
      StmEngine engine,
      StmOptions options,
      TransactionBody<R, ? extends Exception> body,
      Executor executor) {
    this.engine = engine;
    this.committer = engine.committer();
    this.pauses = engine.pauses();
    this.backoff = engine.backoff(options);
    this.rightOfWay = engine.rightOfWay();
    this.tally = engine.tally();
    this.options = options;
    this.body = body;
    this.executor = executor;
  }

  CompletableFuture<StmResult<R>> start() {
    Futures.onDone(result, done -> rightOfWay.release(this), gone -> rightOfWay.release(this));
    begin(1, Start.hinted(options.prefetch()));
    return result;
  }

  private void begin(int number, Start start) {
    try {
      executor.execute(() -> attempt(number, start));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new ClosedException("the executor of callbacks takes no more tasks", e));
    }
  }

  @SuppressWarnings("CatchingUnchecked")
  private void attempt(int number, Start start) {
    if (result.isDone()) {
      return;
    }
    tally.attempted();
    Attempt attempt = new Attempt(engine.store(), options, start, result::isDone);
    R value;
    try {
      value = engine.execute(body, attempt);
    } catch (Throwable thrown) {
      stopped(number, attempt.end(), attempt.failure(), thrown);
      return;
    }
    Footprint footprint = attempt.end();
    if (attempt.failure().isPresent()) {
      stopped(number, footprint, attempt.failure(), attempt.failure().get());
    } else if (Thread.interrupted()) {
      result.completeExceptionally(new InterruptedException("interrupted before the commit"));
    } else {
      Futures.onDone(
          rightOfWay.pass(this, footprint.writes().keySet()),
          go -> commit(number, value, footprint),
          closed -> complete(() -> result.completeExceptionally(closed)));
    }
  }

  private void stopped(
      int number, Footprint footprint, Optional<Exception> failedRead, Throwable thrown) {
    if (failedRead.isPresent() && failedRead.get() instanceof CompactedException) {
      again(number, footprint, NotCommitted.withoutConflict());
    } else {
      result.completeExceptionally(thrown);
    }
  }

  private void commit(int number, R value, Footprint footprint) {
    if (result.isDone()) {
      return;
    }
    Futures.onDone(
        committer.commit(footprint, options.unknownOutcome(), result::isDone),
        outcome -> committed(number, value, footprint, outcome),
        failure -> complete(() -> result.completeExceptionally(failure)));
  }

  private void committed(int number, R value, Footprint footprint, CommitOutcome outcome) {
    if (outcome instanceof Committed committed) {
      StmResult<R> done = new StmResult<>(value, committed.revision(), number);
      tally.committed(options.listener(), committed.revision(), number);
      complete(() -> result.complete(done));
    } else if (outcome instanceof NotCommitted conflict) {
      conflict
          .broken()
          .ifPresentOrElse(
              broken -> complete(() -> result.completeExceptionally(broken)),
              () -> again(number, footprint, conflict));
    }
  }

  private void again(int number, Footprint footprint, NotCommitted conflict) {
    List<Bytes> keys = conflict.changed();
    tally.conflicted(options.listener(), number, keys);
    if (number >= options.maxAttempts()) {
      complete(() -> result.completeExceptionally(new StmConflictException(keys, number)));
      return;
    }
    Start start = new Start(conflict.fresh(), hints(footprint));
    Duration pause = goesFirst(number, footprint) ? Duration.ZERO : backoff.after(number);
    if (pause.isZero()) {
      begin(number + 1, start);
      return;
    }
    Futures.onDone(
        pauses.pause(pause),
        done -> begin(number + 1, start),
        closed -> complete(() -> result.completeExceptionally(closed)));
  }

  /** Whether the other transactions of this process let this one go first from now on. */
  private boolean goesFirst(int number, Footprint footprint) {
    if (hasClaimed) {
      return rightOfWay.renew(this, footprint.reads());
    }
    hasClaimed = number >= PATIENCE && rightOfWay.claim(this, footprint.reads());
    return hasClaimed;
  }

  /** What the next attempt will most likely read: what it was told, and what this one has read. */
  private List<Bytes> hints(Footprint footprint) {
    List<Bytes> hints = new ArrayList<>(options.prefetch());
    hints.addAll(footprint.reads().keysOutsideRanges());
    return hints;
  }

  /** What is chained to the result belongs on the executor, as long as that takes tasks. */
  private void complete(Runnable completion) {
    try {
      executor.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run();
    }
  }
}
