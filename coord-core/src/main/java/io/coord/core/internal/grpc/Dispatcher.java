package io.coord.core.internal.grpc;

import io.coord.core.ClosedException;
import io.coord.core.CoordConfig;
import io.coord.core.CoordException;
import io.coord.core.Credentials;
import io.coord.core.RefusedException;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.etcd.jetcd.api.AuthenticateResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings calls to members: at once when one can be used, else from the waiting room as soon as one
 * can. Runs the sweep while anything is pending.
 */
final class Dispatcher implements Members.Listener, AuthTokens.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private static final Duration SWEEP = Duration.ofMillis(50);

  /** A sweep that comes this late tells of our own delay, not of a member's. */
  private static final long LATE = Duration.ofMillis(250).toNanos();

  private final String name;
  private final long requestTimeoutNanos;
  private final StoreThread thread;
  private final Members members;
  private final AuthTokens tokens;
  private final History history;
  private List<UnaryCall<?, ?, ?>> waiting = new ArrayList<>();
  private Optional<Connector> connector = Optional.empty();
  private Optional<RefusedException> abandoned = Optional.empty();
  private Consumer<CoordException> whenAbandoned = cause -> {};
  private Runnable whenLeaderPreferred = () -> {};
  private boolean sweeping;
  private long sweptAt;
  private boolean closed;

  /** Prepares the members, without connecting to them. */
  Dispatcher(CoordConfig config, StoreThread thread, Dialer dialer) {
    this.name = config.name();
    this.requestTimeoutNanos = config.requestTimeout().toNanos();
    this.thread = thread;
    this.history = new History(name);
    this.tokens = new AuthTokens(config.credentials().map(this::authenticator), this);
    this.members =
        new Members(
            name,
            thread,
            this,
            observer ->
                config.endpoints().stream()
                    .map(
                        endpoint ->
                            new Member(endpoint, dialer, thread, tokens::probeHeaders, observer))
                    .toList());
  }

  private AuthTokens.Authenticator authenticator(Credentials credentials) {
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder()
            .setName(credentials.user())
            .setPassword(credentials.password())
            .build();
    return () -> {
      UnaryCall<AuthenticateRequest, AuthenticateResponse, Optional<String>> call =
          new UnaryCall<>(
              this,
              Rpc.AUTHENTICATE,
              request,
              UnaryCall.Repetition.ALLOWED,
              answer -> Optional.of(answer.getToken()),
              Dispatcher::withoutAuthentication);
      accept(call);
      return call.result();
    };
  }

  /** A cluster whose authentication is switched off asks for no token. */
  private static Optional<Optional<String>> withoutAuthentication(
      EtcdError error, UnaryCall.Earlier earlier) {
    return error == EtcdError.AUTH_NOT_ENABLED ? Optional.of(Optional.empty()) : Optional.empty();
  }

  String name() {
    return name;
  }

  StoreThread thread() {
    return thread;
  }

  Members members() {
    return members;
  }

  AuthTokens tokens() {
    return tokens;
  }

  History history() {
    return history;
  }

  long requestTimeoutNanos() {
    return requestTimeoutNanos;
  }

  boolean isClosed() {
    return closed;
  }

  /** Takes a call from any thread. */
  void submit(UnaryCall<?, ?, ?> call) {
    if (thread.isCurrent()) {
      accept(call);
    } else if (!thread.tryExecute(call)) {
      call.closed();
    }
  }

  /** Takes a call, or takes it again, on the store's thread. */
  void accept(UnaryCall<?, ?, ?> call) {
    if (closed) {
      call.closed();
    } else if (abandoned.isPresent()) {
      call.fail(abandoned.get());
    } else if (call.isDue(thread.nanoTime())) {
      call.timeOut();
    } else {
      if (!send(call)) {
        waiting.add(call);
      }
      keepSweeping();
    }
  }

  /** Gives false when the call cannot be sent now. */
  private boolean send(UnaryCall<?, ?, ?> call) {
    if (!call.isResumable(thread.nanoTime()) || (call.needsToken() && !tokens.isReady())) {
      return false;
    }
    Member member = members.best();
    Connection connection = member == null ? null : member.usable();
    if (member == null || connection == null) {
      return false;
    }
    call.send(member, connection, tokens);
    return true;
  }

  private void resumeWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    List<UnaryCall<?, ?, ?>> calls = waiting;
    waiting = new ArrayList<>();
    calls.forEach(this::accept);
  }

  /** Gives false when there is no user, so that no token can be had. */
  boolean renewToken(int refusedGeneration) {
    tokens.renew(refusedGeneration);
    return tokens.hasUser();
  }

  /** Connects; the future fails with what kept it from that. */
  CompletableFuture<Void> connect(CoordConfig config) {
    Connector attempt = new Connector(config, thread, members, tokens);
    connector = Optional.of(attempt);
    attempt.start();
    return attempt.result();
  }

  @Override
  public void onToken() {
    resumeWaiting();
    connector.ifPresent(Connector::check);
  }

  @Override
  public void onRefused(RefusedException cause) {
    connector.ifPresent(attempt -> attempt.refused(cause));
    List<UnaryCall<?, ?, ?>> refused = waiting.stream().filter(UnaryCall::needsToken).toList();
    waiting.removeAll(refused);
    refused.forEach(call -> call.fail(cause));
  }

  /** Calls and streams that wait for a token ask again; who connects has nothing that waits. */
  @Override
  public void onUnanswered() {
    if (!closed) {
      connector.ifPresent(Connector::check);
    }
  }

  @Override
  public void onUsable() {
    resumeWaiting();
    connector.ifPresent(Connector::check);
  }

  /** Sets what is done when the leader becomes the member to use. */
  void whenLeaderPreferred(Runnable task) {
    whenLeaderPreferred = task;
  }

  @Override
  public void onLeaderPreferred() {
    whenLeaderPreferred.run();
  }

  @Override
  public void onUnreachable() {
    connector.ifPresent(Connector::check);
  }

  @Override
  public void onAsked() {
    keepSweeping();
  }

  /** Looks at what is pending from time to time, until nothing is. */
  void keepSweeping() {
    if (!sweeping && !closed) {
      sweeping = true;
      sweptAt = thread.nanoTime();
      thread.schedule(SWEEP, this::sweep);
    }
  }

  private void sweep() {
    sweeping = false;
    if (closed) {
      return;
    }
    long now = thread.nanoTime();
    members.expire(now);
    if (now - sweptAt < LATE) {
      members.look(now);
    }
    resumeWaiting();
    if (!waiting.isEmpty() || !members.isIdle()) {
      keepSweeping();
    }
  }

  /** Sets what is done when etcd is not what it was: see {@link History}. */
  void whenAbandoned(Consumer<CoordException> task) {
    whenAbandoned = task;
  }

  /** From now on every call is refused with what this gives. */
  RefusedException historyWentBack(long from, long to) {
    if (abandoned.isPresent()) {
      return abandoned.get();
    }
    RefusedException cause = history.wentBack(from, to);
    abandoned = Optional.of(cause);
    LOG.error(cause.getMessage());
    resumeWaiting();
    whenAbandoned.accept(cause);
    return cause;
  }

  String describeMembers() {
    return members.describe();
  }

  /** Ends everything. */
  void close() {
    closed = true;
    members.close(
        Status.CANCELLED.withDescription("closed"), new ClosedException(name + " is closed", null));
    List<UnaryCall<?, ?, ?>> calls = waiting;
    waiting = new ArrayList<>();
    calls.forEach(UnaryCall::closed);
  }
}
