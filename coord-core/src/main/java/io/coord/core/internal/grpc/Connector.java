package io.coord.core.internal.grpc;

import io.coord.core.AuthenticationException;
import io.coord.core.CoordConfig;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a store is connected, and when it will not be.
 *
 * <p>Connected: a member can be used, the user was accepted, and either every member was tried or
 * they were waited for a moment: so that streams are opened at the leader, where they will stay,
 * and endpoints of different clusters are noticed. Failed: they are of different clusters, or the
 * user was refused, or every member was tried and one of them failed its TLS handshake, or the time
 * is up.
 */
final class Connector {

  private static final Duration GRACE = Duration.ofMillis(150);

  private final CoordConfig config;
  private final StoreThread thread;
  private final Members members;
  private final AuthTokens tokens;
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private @Nullable Timer timeout;
  private @Nullable Timer grace;
  private boolean graceOver;

  Connector(CoordConfig config, StoreThread thread, Members members, AuthTokens tokens) {
    this.config = config;
    this.thread = thread;
    this.members = members;
    this.tokens = tokens;
  }

  /** Fails with what kept it from connecting. */
  CompletableFuture<Void> result() {
    return result;
  }

  void start() {
    timeout = thread.schedule(config.connectTimeout(), this::timeOut);
    members.connect();
  }

  private void succeed() {
    stopTimers();
    members.markInUse();
    result.complete(null);
  }

  private void fail(CoordException cause) {
    stopTimers();
    result.completeExceptionally(cause);
  }

  private void stopTimers() {
    cancel(timeout);
    cancel(grace);
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Something was learnt of a member or of the user. */
  void check() {
    if (result.isDone()) {
      return;
    }
    if (members.areOfSeveralClusters()) {
      fail(severalClusters());
    } else if (members.best() == null) {
      handshakeFailure().ifPresent(this::fail);
    } else if (tokens.isReady()) {
      if (graceOver || members.isEveryMemberTried()) {
        succeed();
      } else if (grace == null) {
        grace = thread.schedule(GRACE, this::endGrace);
      }
    }
  }

  private void endGrace() {
    graceOver = true;
    check();
  }

  void refused(CoordException cause) {
    fail(cause);
  }

  private RefusedException severalClusters() {
    return new RefusedException(
        config.name()
            + ": the endpoints belong to different clusters; expected members of one: "
            + members.describe(),
        null);
  }

  private Optional<AuthenticationException> handshakeFailure() {
    List<Member> all = members.all();
    if (!members.isEveryMemberTried()) {
      return Optional.empty();
    }
    return all.stream()
        .flatMap(member -> member.trouble().stream())
        .flatMap(failure -> GrpcErrors.handshakeFailure(failure.status()).stream())
        .findFirst()
        .map(
            cause ->
                new AuthenticationException(
                    config.name()
                        + ": the TLS handshake failed; expected certificates that both sides"
                        + " trust and that are in their time: "
                        + members.describe(),
                    cause));
  }

  private void timeOut() {
    fail(
        new UnavailableException(
            config.name()
                + ": no member of the cluster could be used within "
                + config.connectTimeout().toMillis()
                + " ms: "
                + members.describe()
                + schemeHint(),
            null));
  }

  /** A member that hangs up while the connection is being made may expect the other scheme. */
  private String schemeHint() {
    boolean hungUp =
        members.all().stream()
            .flatMap(member -> member.trouble().stream())
            .map(Failure::detail)
            .anyMatch(detail -> detail.contains("closed") || detail.contains("reset by peer"));
    if (!hungUp) {
      return "";
    }
    return config.endpoints().get(0).isSecure()
        ? "; without TLS in the cluster, expected http:// endpoints"
        : "; with TLS in the cluster, expected https:// endpoints";
  }
}
