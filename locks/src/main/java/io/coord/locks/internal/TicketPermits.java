package io.coord.locks.internal;

import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.locks.LockHold;
import io.coord.locks.PermitHold;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Permits whose place in the line is a granted ticket. */
public final class TicketPermits implements PermitHold {

  private final LockHold hold;
  private final int permits;

  /** Takes over a ticket that was granted. */
  public TicketPermits(Ticket ticket, Grant grant, int permits) {
    this.hold = TicketHold.of(ticket, grant);
    this.permits = permits;
  }

  @Override
  public int permits() {
    return permits;
  }

  @Override
  public FencingToken fencingToken() {
    return hold.fencingToken();
  }

  @Override
  public String key() {
    return hold.key();
  }

  @Override
  public boolean isHeld() {
    return hold.isHeld();
  }

  @Override
  public CompletionStage<HoldLoss> lost() {
    return hold.lost();
  }

  @Override
  public Guard guard() {
    return hold.guard();
  }

  @Override
  public Release release() {
    return hold.release();
  }

  @Override
  public CompletableFuture<Release> releaseAsync() {
    return hold.releaseAsync();
  }

  @Override
  public String toString() {
    return "PermitHold[" + permits + " by " + key() + ", token " + fencingToken().value() + "]";
  }
}
