package io.coord.election.internal;

import io.coord.core.Codec;
import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.HoldLoss;
import io.coord.core.Release;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Holding;
import io.coord.core.internal.line.Ticket;
import io.coord.election.Leadership;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A leadership whose place in the line is a granted ticket.
 *
 * @param <T> the type of the values
 */
public final class TicketLeadership<T> implements Leadership<T> {

  private final Holding holding;
  private final Codec<T> codec;
  private final Proclamations proclamations;
  private volatile T value;

  /**
   * Takes over a ticket that was granted.
   *
   * @param value what its key holds
   * @param modRevision the revision at which that was written
   */
  public TicketLeadership(Ticket ticket, Grant grant, Codec<T> codec, T value, long modRevision) {
    this.holding = new Holding(ticket, grant);
    this.codec = codec;
    this.value = value;
    this.proclamations = new Proclamations(ticket, grant.entry(), modRevision);
  }

  /** The place in the line. */
  public Ticket ticket() {
    return holding.ticket();
  }

  @Override
  public T value() {
    return value;
  }

  @Override
  public String key() {
    ticket().session().custody().share();
    return name();
  }

  private String name() {
    return ticket().key().utf8();
  }

  @Override
  public FencingToken fencingToken() {
    return holding.fencingToken();
  }

  @Override
  public long proclaim(T newValue) throws InterruptedException {
    return Futures.await(send(newValue).copy());
  }

  @Override
  public CompletableFuture<Long> proclaimAsync(T newValue) {
    return Futures.publish(send(newValue).copy(), holding.coord().callbacks(), tooLate -> {});
  }

  private CompletableFuture<Long> send(T newValue) {
    return proclamations.proclaim(codec.encode(newValue), () -> value = newValue);
  }

  @Override
  public boolean isLeader() {
    return holding.isHeld();
  }

  @Override
  public CompletionStage<HoldLoss> lost() {
    return holding.lost();
  }

  @Override
  public Guard guard() {
    return Guard.exists(ticket().key(), fencingToken().value());
  }

  @Override
  public Release resign() {
    beginResign();
    return holding.release();
  }

  @Override
  public CompletableFuture<Release> resignAsync() {
    beginResign();
    return holding.releaseAsync();
  }

  /** The ticket leaves first: what is not sent yet must find that it leads no more. */
  private void beginResign() {
    CompletableFuture<Ticket.Departure> unused = ticket().leave();
    proclamations.end();
  }

  @Override
  public String toString() {
    return "Leadership[" + name() + ", token " + fencingToken().value() + "]";
  }
}
