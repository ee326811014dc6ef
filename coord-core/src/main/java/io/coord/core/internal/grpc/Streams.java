package io.coord.core.internal.grpc;

import io.coord.core.AuthenticationException;
import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/** Opens streams on the member that calls are sent to. */
final class Streams implements StreamOpener {

  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
  private static final long FAILURES_FORGOTTEN = Duration.ofSeconds(5).toNanos();

  private final Dispatcher dispatcher;
  private boolean userAskedFor;
  private boolean checking;

  /** A key of a stream that came while another's was being checked: its revision may be later. */
  private Optional<Bytes> toCheck = Optional.empty();

  private int failures;
  private long failedAt;

  Streams(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  public <Q, R> MessageStream<Q> open(MethodDescriptor<Q, R> method, StreamListener<R> listener) {
    Member member = dispatcher.isClosed() ? null : dispatcher.members().best();
    Connection connection = member == null ? null : member.usable();
    Optional<CoordException> obstacle = obstacle();
    if (obstacle.isPresent() || member == null || connection == null) {
      return dead(listener, obstacle.orElseGet(this::noMember));
    }
    int generation = dispatcher.tokens().generation();
    dispatcher.keepSweeping();
    return connection.open(
        method,
        dispatcher.tokens().headers(),
        listener,
        failure -> failed(method, member, connection, generation, failure));
  }

  /** Why no stream can be opened, whatever the members are like. */
  private Optional<CoordException> obstacle() {
    String name = dispatcher.name();
    if (dispatcher.isClosed()) {
      return Optional.of(new ClosedException(name + " is closed", null));
    }
    if (userAskedFor) {
      userAskedFor = false;
      return Optional.of(
          new AuthenticationException(
              name + ": the cluster asks for authentication; expected a user and a password",
              null));
    }
    AuthTokens tokens = dispatcher.tokens();
    Optional<RefusedException> refusal = tokens.refusal();
    if (tokens.isReady()) {
      return Optional.empty();
    }
    return refusal.isPresent()
        ? Optional.of(refusal.get())
        : Optional.of(new UnavailableException(name + ": no token yet", null));
  }

  private UnavailableException noMember() {
    return new UnavailableException(
        dispatcher.name() + ": no member can be used: " + dispatcher.describeMembers(), null);
  }

  private <Q> MessageStream<Q> dead(StreamListener<?> listener, CoordException cause) {
    countFailure();
    DeadStream<Q> stream = new DeadStream<>(listener);
    dispatcher.thread().execute(() -> stream.end(cause));
    return stream;
  }

  private void countFailure() {
    long now = dispatcher.thread().nanoTime();
    failures = now - failedAt > FAILURES_FORGOTTEN ? 1 : failures + 1;
    failedAt = now;
  }

  private CoordException failed(
      MethodDescriptor<?, ?> method,
      Member member,
      Connection connection,
      int generation,
      Failure failure) {
    countFailure();
    member.onTrouble(connection, failure);
    boolean refused = failure.certainty() == Failure.Certainty.REFUSED;
    if (failure.remedy() == Failure.Remedy.RENEW_TOKEN) {
      refused = !dispatcher.renewToken(generation);
    }
    if (refused) {
      return GrpcErrors.refusal(failure.status(), CallSubject.stream(method));
    }
    String text = dispatcher.name() + ": the stream to " + member.endpoint() + " ended: ";
    return new UnavailableException(text + failure.detail(), failure.status().asException());
  }

  @Override
  public Duration reopenDelay() {
    boolean reachable = dispatcher.members().best() != null && dispatcher.tokens().isReady();
    return reachable && failures <= 1 ? Duration.ZERO : Timing.backOff(failures, LONGEST_WAIT);
  }

  @Override
  public void renewToken() {
    userAskedFor = !dispatcher.renewToken(dispatcher.tokens().generation());
  }

  /** Only the revision of the answer matters, which every call looks at. */
  @Override
  public void checkHistory(Bytes key, long seen) {
    dispatcher.history().reached(seen);
    if (checking) {
      toCheck = Optional.of(key);
      return;
    }
    checking = true;
    UnaryCall<?, ?, RangeResult> call =
        new UnaryCall<>(
            dispatcher,
            Rpc.RANGE,
            Requests.range(RangeRequest.key(key).countOnly()),
            UnaryCall.Repetition.ALLOWED,
            Answers::range,
            UnaryCall.Recovery.none());
    dispatcher.accept(call);
    Futures.onDone(call.result(), answer -> checked(), failure -> checked());
  }

  private void checked() {
    checking = false;
    Optional<Bytes> next = toCheck;
    toCheck = Optional.empty();
    next.ifPresent(key -> checkHistory(key, 0));
  }

  /** A stream that could not be opened. */
  private static final class DeadStream<Q> implements MessageStream<Q> {

    private final StreamListener<?> listener;
    private boolean ended;

    DeadStream(StreamListener<?> listener) {
      this.listener = listener;
    }

    @Override
    public void send(Q message) {}

    @Override
    public void cancel() {
      ended = true;
    }

    void end(CoordException cause) {
      if (!ended) {
        ended = true;
        listener.onClosed(cause);
      }
    }
  }
}
