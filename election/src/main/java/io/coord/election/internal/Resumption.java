package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.HoldLoss;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.election.NotLeaderException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Takes up a candidacy that an earlier process began: its place in the line, and once it leads, the
 * value that it proclaimed last. Whatever keeps this from becoming a leadership gives it up.
 *
 * @param <T> the type of the values
 */
public final class Resumption<T> {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final CoordRuntime coord;
  private final Entry place;
  private final Codec<T> codec;
  private final Ticket ticket;
  private final CompletableFuture<TicketLeadership<T>> result = new CompletableFuture<>();

  private Resumption(CoordRuntime coord, Entry place, Codec<T> codec, Ticket ticket) {
    this.coord = coord;
    this.place = place;
    this.codec = codec;
    this.ticket = ticket;
  }

  /** The future completes on the store's thread; cancelling it gives the candidacy up. */
  public static <T> CompletableFuture<TicketLeadership<T>> begin(
      CoordRuntime coord, Bytes prefix, LeaseSession session, Entry place, Codec<T> codec) {
    Ticket ticket = coord.lines().resume(prefix, Admission.FIRST, session, place);
    Resumption<T> resumption = new Resumption<>(coord, place, codec, ticket);
    Futures.onDone(
        ticket.granted(), resumption::readValue, resumption.result::completeExceptionally);
    Futures.onDone(
        ticket.lost(),
        loss -> resumption.result.completeExceptionally(resumption.lost(loss)),
        never -> {});
    Futures.onDone(resumption.result, leadership -> {}, failure -> resumption.giveUp());
    return resumption.result;
  }

  /** While no member answers, the place is kept: it may lead already. */
  private void readValue(Grant grant) {
    Futures.onDone(
        coord.store().range(RangeRequest.key(place.key())),
        found -> lead(grant, found),
        failure -> {
          if (failure instanceof UnavailableException && !result.isDone()) {
            coord.store().scheduler().schedule(RETRY_PAUSE, () -> readValue(grant));
          } else {
            result.completeExceptionally(failure);
          }
        });
  }

  private NotLeaderException lost(HoldLoss loss) {
    return new NotLeaderException(place.key() + " leads no more: " + loss.detail());
  }

  private void lead(Grant grant, RangeResult found) {
    try {
      KeyValue kv =
          found
              .first()
              .filter(present -> present.createRevision() == place.createRevision())
              .orElseThrow(
                  () ->
                      new NotLeaderException(
                          place.key() + " leads no more: its key was just deleted"));
      result.complete(
          new TicketLeadership<>(ticket, grant, codec, codec.decode(kv.value()), kv.modRevision()));
    } catch (Throwable failure) {
      result.completeExceptionally(failure);
    }
  }

  private void giveUp() {
    CompletableFuture<Ticket.Departure> unused = ticket.leave();
  }
}
