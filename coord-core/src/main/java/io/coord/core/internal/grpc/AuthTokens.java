package io.coord.core.internal.grpc;

import io.coord.core.RefusedException;
import io.coord.core.internal.Futures;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The metadata that calls carry, and the token in it.
 *
 * <pre>
 *   ABSENT --renew--> RENEWING --answer--> VALID
 *     ^                |   ^                 |
 *     +----refused-----+   +---- renew ------+
 * </pre>
 *
 * <p>At most one token is asked for at a time. A call that was refused names the token that it
 * carried: when that is not the newest any more, nothing is asked for, and the call is simply sent
 * again. Without a user there is no token and the state is always {@code VALID}.
 */
final class AuthTokens {

  /** Asks the cluster for a token; gives none when its authentication is switched off. */
  interface Authenticator extends Supplier<CompletableFuture<Optional<String>>> {}

  /** Is told how asking ended. */
  interface Listener {

    void onToken();

    /** The user was refused. */
    void onRefused(RefusedException cause);

    /** No member answered in time. */
    void onUnanswered();
  }

  private enum State {
    ABSENT,
    RENEWING,
    VALID
  }

  /** Makes a member that knows of no leader refuse at once. */
  private static final Metadata.Key<String> REQUIRE_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  private final Optional<Authenticator> authenticator;
  private final Listener listener;
  private State state;
  private Metadata anonymous = new Metadata();
  private Metadata template;
  private Metadata probeTemplate = new Metadata();
  private int generation;
  private Optional<RefusedException> refusal = Optional.empty();

  AuthTokens(Optional<Authenticator> authenticator, Listener listener) {
    this.authenticator = authenticator;
    this.listener = listener;
    this.state = authenticator.isPresent() ? State.ABSENT : State.VALID;
    anonymous.put(REQUIRE_LEADER, "true");
    template = anonymous;
  }

  /** Whether calls can be sent; if not, a token is asked for. */
  boolean isReady() {
    if (state == State.ABSENT) {
      ask();
    }
    return state == State.VALID;
  }

  boolean hasUser() {
    return authenticator.isPresent();
  }

  /** Why the last token was refused, if it was. */
  Optional<RefusedException> refusal() {
    return refusal;
  }

  /** Metadata for one call; gRPC adds to it, so each call needs its own. */
  Metadata headers() {
    return copy(template);
  }

  /** Metadata for a call that no user makes. */
  Metadata anonymousHeaders() {
    return copy(anonymous);
  }

  /** Metadata for a probe: a member without a leader shall answer it. */
  Metadata probeHeaders() {
    return copy(probeTemplate);
  }

  private static Metadata copy(Metadata template) {
    Metadata headers = new Metadata();
    headers.merge(template);
    return headers;
  }

  /** Tells tokens apart. */
  int generation() {
    return generation;
  }

  /** A token was refused: asks for a new one, unless that has happened already. */
  void renew(int refused) {
    if (refused == generation && state == State.VALID && authenticator.isPresent()) {
      state = State.ABSENT;
      ask();
    }
  }

  private void ask() {
    state = State.RENEWING;
    refusal = Optional.empty();
    Futures.onDone(authenticator.orElseThrow().get(), this::given, this::failed);
  }

  private void given(Optional<String> token) {
    generation++;
    template = withToken(anonymous, token);
    probeTemplate = withToken(new Metadata(), token);
    state = State.VALID;
    listener.onToken();
  }

  /** Calls that wait for a token go on waiting, and ask again, unless the user was refused. */
  private void failed(Throwable failure) {
    state = State.ABSENT;
    if (failure instanceof RefusedException refused) {
      refusal = Optional.of(refused);
      listener.onRefused(refused);
    } else {
      listener.onUnanswered();
    }
  }

  private static Metadata withToken(Metadata base, Optional<String> token) {
    Metadata headers = copy(base);
    token.ifPresent(value -> headers.put(TOKEN, value));
    return headers;
  }
}
