package io.coord.locks.internal;

import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.locks.PermitHold;

/** Permits whose place in the line is a granted ticket. */
public final class TicketPermits extends ForwardingHold implements PermitHold {

  private final String name;
  private final int permits;

  /** Takes over a ticket that was granted. */
  public TicketPermits(Ticket ticket, Grant grant, int permits) {
    super(TicketHold.of(ticket, grant));
    this.name = ticket.key().utf8();
    this.permits = permits;
  }

  @Override
  public int permits() {
    return permits;
  }

  @Override
  public String toString() {
    return "PermitHold[" + permits + " by " + name + ", token " + fencingToken().value() + "]";
  }
}
