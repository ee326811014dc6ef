package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.store.Timer;
import io.coord.locks.LockHold;
import io.coord.locks.Release;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A hold whose place in the line is a granted ticket. */
public final class TicketHold implements LockHold {

  private static final Logger log = LoggerFactory.getLogger(TicketHold.class);

  private final CoordRuntime coord;
  private final Ticket ticket;
  private final FencingToken token;
  private final Guard guard;
  private final AtomicBoolean releasing = new AtomicBoolean();
  private final CompletableFuture<Release> released = new CompletableFuture<>();
  private final CompletableFuture<HoldLoss> lost = new CompletableFuture<>();
  private final CompletionStage<HoldLoss> lostStage = lost.minimalCompletionStage();

  /**
   * Takes over a ticket that was granted.
   *
   * @param guard true in etcd for as long as the ticket's place is held
   */
  public TicketHold(Ticket ticket, Grant grant, Guard guard) {
    this.coord = ticket.session().runtime();
    this.ticket = ticket;
    this.token = new FencingToken(grant.entry().createRevision());
    this.guard = guard;
    Futures.onDone(
        ticket.lost(),
        loss -> {
          log.warn("{}: {} is lost: {}", coord.config().name(), ticket.key(), loss.detail());
          coord.callbacks().execute(() -> lost.complete(loss));
        },
        failure -> {});
  }

  /** A hold by a key that nothing but its own creation ever writes. */
  public static LockHold of(Ticket ticket, Grant grant) {
    Bytes key = ticket.key();
    return new TicketHold(ticket, grant, Guard.exists(key, grant.entry().createRevision()));
  }

  @Override
  public FencingToken fencingToken() {
    return token;
  }

  @Override
  public String key() {
    return ticket.key().utf8();
  }

  @Override
  public boolean isHeld() {
    return ticket.isHeld();
  }

  @Override
  public CompletionStage<HoldLoss> lost() {
    return lostStage;
  }

  @Override
  public Guard guard() {
    return guard;
  }

  @Override
  public Release release() {
    beginRelease();
    return Futures.awaitUninterruptibly(released);
  }

  @Override
  public CompletableFuture<Release> releaseAsync() {
    beginRelease();
    return Futures.publish(released.copy(), coord.callbacks(), end -> {});
  }

  private void beginRelease() {
    if (!releasing.compareAndSet(false, true)) {
      return;
    }
    Timer timer =
        coord
            .store()
            .scheduler()
            .schedule(coord.config().requestTimeout(), () -> released.complete(Release.PENDING));
    Futures.onDone(
        ticket.leave(),
        departure -> {
          timer.cancel();
          end(
              switch (departure) {
                case LEFT -> Release.RELEASED;
                case HAD_BEEN_LOST -> Release.HAD_BEEN_LOST;
              });
        },
        failure -> {
          timer.cancel();
          end(failure instanceof ClosedException ? Release.HAD_BEEN_LOST : pending(failure));
        });
  }

  private void end(Release end) {
    released.complete(end);
    if (end == Release.RELEASED) {
      coord
          .callbacks()
          .execute(
              () ->
                  lost.completeExceptionally(
                      new ClosedException(
                          ticket.key() + " was released before it was lost", null)));
    }
  }

  private Release pending(Throwable failure) {
    log.warn(
        "{}: {} could not be deleted and is left to the session's end: {}",
        coord.config().name(),
        ticket.key(),
        failure.getMessage());
    return Release.PENDING;
  }

  @Override
  public String toString() {
    return "LockHold[" + ticket.key() + ", token " + token.value() + "]";
  }
}
