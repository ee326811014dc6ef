package io.coord.barriers.internal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Session;
import io.coord.core.internal.Attachment;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The session that the markers of one connection are under. Opened with the first of them, and
 * again when it was lost; the connection closes it with its other sessions.
 */
final class ConnectionLease implements Attachment {

  private final CoordRuntime coord;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Optional<CompletableFuture<Session>> current = Optional.empty();

  private ConnectionLease(CoordRuntime coord) {
    this.coord = coord;
  }

  static ConnectionLease of(CoordRuntime coord) {
    return coord.attachment(ConnectionLease.class, ConnectionLease::new);
  }

  CompletableFuture<Session> session() {
    CompletableFuture<Session> opening = new CompletableFuture<>();
    synchronized (lock) {
      if (current.isPresent() && isUsable(current.get())) {
        return current.get();
      }
      current = Optional.of(opening);
    }
    Futures.onDone(
        coord.sessions().open(coord.config().sessionTtl()),
        opening::complete,
        opening::completeExceptionally);
    return opening;
  }

  private static boolean isUsable(CompletableFuture<Session> session) {
    return !session.isDone() || (!session.isCompletedExceptionally() && session.join().isActive());
  }

  @Override
  public void close() {
    // The connection has closed the session already.
  }
}
