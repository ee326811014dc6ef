package io.coord.core.internal.grpc;

import com.google.protobuf.MessageLite;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.grpc.Failure.Remedy;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call, from its caller's request to its result, over as many attempts as it takes.
 *
 * <pre>
 *   WAITING --sent--> PENDING --answer, refusal, or an outcome that may not be repeated--> DONE
 *      ^                 |
 *      +--not applied, --+
 *         or repeatable                    WAITING --time is up, or closed--> DONE
 * </pre>
 *
 * <p>At any moment the call is in exactly one place: in the waiting room, in the pending attempts
 * of one connection, or done. Each attempt ends exactly once, by its answer, by gRPC's failure, by
 * the sweep or with its connection, and only that moves the call on; so a lost reply, a late reply
 * and a close at any moment each lead to one result. What makes the outcome of a write uncertain is
 * remembered: it decides what a later answer means.
 */
final class UnaryCall<Q extends MessageLite, R, T> implements Runnable, Outcome<R> {

  /** Whether a request may be sent again after an attempt with an unknown outcome. */
  enum Repetition {
    ALLOWED,
    FORBIDDEN
  }

  /** Finds the result in an error: what a repeated request meets when the first was applied. */
  interface Recovery<T> {

    /**
     * Looks at an error.
     *
     * @param earlier whether an earlier attempt may have been applied
     */
    Optional<T> recover(EtcdError error, Earlier earlier);

    static <T> Recovery<T> none() {
      return (error, earlier) -> Optional.empty();
    }
  }

  /** What earlier attempts may have done. */
  enum Earlier {
    NOTHING,
    PERHAPS_APPLIED
  }

  private static final int MOST_RENEWALS = 3;
  private static final Duration LONGEST_BACK_OFF = Duration.ofMillis(500);

  private final Dispatcher dispatcher;
  private final Rpc<Q, R> rpc;
  private final Q request;
  private final Repetition repetition;
  private final Function<R, T> decode;
  private final Recovery<T> recovery;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private final long startedAt;
  private final long deadline;
  private int attempts;
  private int renewals;
  private int generation;
  private long resumeAt;
  private Earlier earlier = Earlier.NOTHING;

  /** The revision that etcd had reached, as far as was known, when it was sent. */
  private long reached;

  private @Nullable Member member;
  private @Nullable Connection connection;
  private @Nullable Failure lastFailure;

  UnaryCall(
      Dispatcher dispatcher,
      Rpc<Q, R> rpc,
      Q request,
      Repetition repetition,
      Function<R, T> decode,
      Recovery<T> recovery) {
    this.dispatcher = dispatcher;
    this.rpc = rpc;
    this.request = request;
    this.repetition = repetition;
    this.decode = decode;
    this.recovery = recovery;
    this.startedAt = System.nanoTime();
    this.deadline = startedAt + dispatcher.requestTimeoutNanos();
    this.resumeAt = startedAt;
  }

  CompletableFuture<T> result() {
    return result;
  }

  @Override
  public void run() {
    dispatcher.accept(this);
  }

  boolean needsToken() {
    return rpc.access() == Rpc.Access.USER;
  }

  boolean isResumable(long now) {
    return now - resumeAt >= 0;
  }

  boolean isDue(long now) {
    return now - deadline >= 0;
  }

  /** Sends it once; what becomes of that is told to {@link #onAnswer} or {@link #onFailure}. */
  void send(Member to, Connection over, AuthTokens tokens) {
    member = to;
    connection = over;
    attempts++;
    generation = tokens.generation();
    reached = dispatcher.history().seen();
    over.send(
        rpc, request, needsToken() ? tokens.headers() : tokens.anonymousHeaders(), this, deadline);
  }

  @Override
  public void onAnswer(R answer) {
    long revision = rpc.header().apply(answer).getRevision();
    if (revision < reached && Requests.isAnsweredByAll(request)) {
      fail(dispatcher.historyWentBack(reached, revision));
      return;
    }
    dispatcher.history().reached(revision);
    T value;
    try {
      value = decode.apply(answer);
    } catch (RuntimeException malformed) {
      result.completeExceptionally(malformed);
      return;
    }
    result.complete(value);
  }

  @Override
  public void onFailure(Status status) {
    if (dispatcher.isClosed()) {
      closed(Earlier.PERHAPS_APPLIED);
      return;
    }
    Failure failure = GrpcErrors.classify(status);
    lastFailure = failure;
    Member asked = member;
    Connection over = connection;
    if (asked != null && over != null) {
      asked.onTrouble(over, failure);
    }
    Optional<T> recovered = EtcdError.of(status).flatMap(error -> recovery.recover(error, earlier));
    if (recovered.isPresent()) {
      result.complete(recovered.get());
      return;
    }
    switch (failure.certainty()) {
      case REFUSED -> fail(GrpcErrors.refusal(status, subject()));
      case REFUSED_PERHAPS_APPLIED -> refusedPerhapsApplied(status);
      case NOT_APPLIED -> again(failure);
      case UNKNOWN -> unknown(failure);
    }
  }

  private void refusedPerhapsApplied(Status status) {
    RefusedException refusal = GrpcErrors.refusal(status, subject());
    fail(
        repetition == Repetition.FORBIDDEN
            ? outcomeUnknown(String.valueOf(refusal.getMessage()), refusal)
            : refusal);
  }

  private void unknown(Failure failure) {
    if (repetition == Repetition.FORBIDDEN) {
      fail(outcomeUnknown(failure.detail(), failure.status().asException()));
      return;
    }
    earlier = Earlier.PERHAPS_APPLIED;
    again(failure);
  }

  private void again(Failure failure) {
    if (failure.remedy() == Remedy.RENEW_TOKEN) {
      renewals++;
      if (!dispatcher.renewToken(generation) || renewals > MOST_RENEWALS) {
        fail(GrpcErrors.refusal(failure.status(), subject()));
        return;
      }
    }
    boolean atOnce = attempts == 1 && failure.remedy() != Remedy.BACK_OFF;
    Duration wait = atOnce ? Duration.ZERO : Timing.backOff(attempts, LONGEST_BACK_OFF);
    resumeAt = System.nanoTime() + wait.toNanos();
    dispatcher.accept(this);
  }

  /** Its time is up while it waits: nothing is pending any more. */
  void timeOut() {
    Failure failure = lastFailure;
    long millis = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
    fail(
        new UnavailableException(
            dispatcher.name()
                + ": no answer to the "
                + subject().text()
                + " within "
                + millis
                + " ms and "
                + attempts
                + " attempts; members: "
                + dispatcher.describeMembers()
                + (failure == null ? "" : "; last: " + failure.detail()),
            failure == null ? null : failure.status().asException()));
  }

  /** The store was closed while the call was waiting. */
  void closed() {
    closed(Earlier.NOTHING);
  }

  private void closed(Earlier thisAttempt) {
    if (repetition == Repetition.FORBIDDEN && thisAttempt == Earlier.PERHAPS_APPLIED) {
      fail(outcomeUnknown("the store was closed", null));
    } else {
      fail(new ClosedException(dispatcher.name() + " is closed", null));
    }
  }

  private OutcomeUnknownException outcomeUnknown(String why, @Nullable Throwable cause) {
    Member asked = member;
    return new OutcomeUnknownException(
        dispatcher.name()
            + ": the "
            + subject().text()
            + " was sent to "
            + (asked == null ? "a member" : asked.endpoint())
            + ", and may or may not be applied: "
            + why,
        cause);
  }

  void fail(CoordException cause) {
    result.completeExceptionally(cause);
  }

  private CallSubject subject() {
    return CallSubject.of(request);
  }
}
