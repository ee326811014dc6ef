package io.coord.cli.program;

import io.coord.core.Coord;
import io.coord.core.Session;
import java.time.Duration;
import java.util.Optional;

/** A session, and another one when it was lost. Used by one thread. */
final class LivingSession implements AutoCloseable {

  private final Coord coord;
  private final Duration ttl;
  private Optional<Session> session = Optional.empty();

  LivingSession(Coord coord, Duration ttl) {
    this.coord = coord;
    this.ttl = ttl;
  }

  /** Opens one, unless there is one that lives. Blocks for at most the request timeout. */
  Session get() throws InterruptedException {
    if (session.isEmpty() || !session.get().isActive()) {
      session = Optional.of(coord.openSession(ttl));
    }
    return session.get();
  }

  /** Revokes the lease: nothing under it remains. */
  @Override
  public void close() {
    session.ifPresent(Session::close);
  }
}
