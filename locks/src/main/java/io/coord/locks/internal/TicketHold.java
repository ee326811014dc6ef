package io.coord.locks.internal;

import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Holding;
import io.coord.core.internal.line.Ticket;
import io.coord.locks.LockHold;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A hold whose place in the line is a granted ticket. */
public final class TicketHold implements LockHold {

  private final Holding holding;
  private final Guard guard;

  /**
   * Takes over a ticket that was granted.
   *
   * @param guard true in etcd for as long as the ticket's place is held
   */
  public TicketHold(Holding holding, Guard guard) {
    this.holding = holding;
    this.guard = guard;
  }

  /** A hold by a key that nothing but its own creation ever writes. */
  public static LockHold of(Ticket ticket, Grant grant) {
    return new TicketHold(
        new Holding(ticket, grant), Guard.exists(ticket.key(), grant.entry().createRevision()));
  }

  @Override
  public FencingToken fencingToken() {
    return holding.fencingToken();
  }

  @Override
  public String key() {
    boolean unused = holding.ticket().handOverOnceGone();
    return name();
  }

  private String name() {
    return holding.ticket().key().utf8();
  }

  @Override
  public boolean isHeld() {
    return holding.isHeld();
  }

  @Override
  public CompletionStage<HoldLoss> lost() {
    return holding.lost();
  }

  @Override
  public Guard guard() {
    return holding.ticket().handOverOnceGone() ? guard : Guard.never(guard.key());
  }

  @Override
  public Release release() {
    return holding.release();
  }

  @Override
  public CompletableFuture<Release> releaseAsync() {
    return holding.releaseAsync();
  }

  @Override
  public String toString() {
    return "LockHold[" + name() + ", token " + fencingToken().value() + "]";
  }
}
