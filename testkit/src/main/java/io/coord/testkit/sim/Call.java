package io.coord.testkit.sim;

import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One unary call of a client, with its repetitions.
 *
 * <p>States: waiting for the answer to the newest attempt; waiting to try again; over. An attempt
 * whose answer is overdue is given up, and what it may still bring is ignored, though its request
 * may be applied at any later moment. It is in doubt from then on whether the call was applied.
 *
 * <ul>
 *   <li>Overdue, repeatable: the next attempt begins.
 *   <li>Overdue, not repeatable: over, outcome unknown.
 *   <li>Not delivered, or asked of a member that lags behind the wanted revision: the next attempt
 *       begins after a short while, repeatable or not.
 *   <li>The request timeout passes: over, unavailable.
 *   <li>The store closes: over, closed.
 * </ul>
 *
 * <p>In the last two cases the outcome is unknown instead, if an attempt is under way that must not
 * be repeated.
 *
 * <p>A caller who cancels the future ends the call at its next transition.
 */
final class Call<T> {

  private static final Duration SOONEST_OVERDUE = Duration.ofMillis(100);
  private static final Duration LATEST_OVERDUE = Duration.ofSeconds(2);
  private static final Duration SHORTEST_BACK_OFF = Duration.ofMillis(5);
  private static final Duration LONGEST_BACK_OFF = Duration.ofMillis(200);

  private final World world;
  private final Network network;
  private final ClientProcess process;
  private final Request<T> request;
  private final Consumer<Call<?>> whenOver;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private Optional<ClientProcess.Task> nextStep = Optional.empty();
  private Optional<ClientProcess.Task> timeout = Optional.empty();
  private int attempts;
  private boolean inFlight;
  private boolean inDoubt;

  Call(
      World world,
      Network network,
      ClientProcess process,
      Request<T> request,
      Consumer<Call<?>> whenOver) {
    this.world = world;
    this.network = network;
    this.process = process;
    this.request = request;
    this.whenOver = whenOver;
  }

  CompletableFuture<T> start(Duration requestTimeout) {
    timeout = Optional.of(process.task(requestTimeout.toNanos(), this::timeOut));
    attempt();
    return future;
  }

  /** Ends the call because its store is closed. */
  void close() {
    String message = "the connection was closed during " + request;
    fail(
        isUnknown()
            ? new OutcomeUnknownException(message, null)
            : new ClosedException(message, null));
  }

  private void attempt() {
    if (future.isDone()) {
      finish();
      return;
    }
    attempts++;
    inFlight = true;
    network.send(process, request, new Answer(attempts));
    nextStep =
        Optional.of(
            process.task(world.dice().between(SOONEST_OVERDUE, LATEST_OVERDUE), this::overdue));
  }

  private void overdue() {
    inDoubt = true;
    if (request.isRepeatable()) {
      attempt();
    } else {
      fail(new OutcomeUnknownException("no answer in time to " + request, null));
    }
  }

  private void timeOut() {
    String message = "no answer to " + request + " in time, after " + attempts + " attempts";
    fail(
        isUnknown()
            ? new OutcomeUnknownException(message, null)
            : new UnavailableException(message, null));
  }

  private boolean isUnknown() {
    return inFlight && !request.isRepeatable();
  }

  private void fail(CoordException cause) {
    finish();
    process.log("fails:", cause);
    future.completeExceptionally(cause);
  }

  private void finish() {
    nextStep.ifPresent(ClientProcess.Task::cancel);
    timeout.ifPresent(ClientProcess.Task::cancel);
    whenOver.accept(this);
  }

  /** What comes of one attempt; ignored when a later one has begun, or the call is over. */
  private final class Answer implements Network.Attempt<T> {
    private final int number;

    Answer(int number) {
      this.number = number;
    }

    @Override
    public void give(T value) {
      if (isCurrent()) {
        finish();
        future.complete(value);
      }
    }

    @Override
    public void refuse(CoordException cause) {
      if (cause instanceof FutureRevisionException) {
        notDelivered();
      } else if (isCurrent()) {
        Optional<T> value = inDoubt ? request.acceptAfterRepeat(cause) : Optional.empty();
        finish();
        value.ifPresentOrElse(future::complete, () -> future.completeExceptionally(cause));
      }
    }

    @Override
    public void notDelivered() {
      if (isCurrent()) {
        inFlight = false;
        long pause = world.dice().between(SHORTEST_BACK_OFF, LONGEST_BACK_OFF);
        nextStep.ifPresent(ClientProcess.Task::cancel);
        nextStep = Optional.of(process.task(pause, Call.this::attempt));
      }
    }

    private boolean isCurrent() {
      return number == attempts && !future.isDone();
    }
  }
}
