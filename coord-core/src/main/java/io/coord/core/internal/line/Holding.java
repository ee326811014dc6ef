package io.coord.core.internal.line;

import io.coord.core.ClosedException;
import io.coord.core.FencingToken;
import io.coord.core.HoldLoss;
import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Ticket.Departure;
import io.coord.core.internal.store.Timer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A granted ticket, from the grant to its release: what the holds of locks and leaderships have in
 * common. Safe to share between threads.
 */
public final class Holding {

  private static final Logger log = LoggerFactory.getLogger(Holding.class);

  private final CoordRuntime coord;
  private final Ticket ticket;
  private final FencingToken token;
  private final AtomicBoolean releasing = new AtomicBoolean();
  private final CompletableFuture<Release> released = new CompletableFuture<>();

  /** The loss, or nothing when it was released first. */
  private final CompletableFuture<Optional<HoldLoss>> ended = new CompletableFuture<>();

  /** What {@link #lost} gives; made when it is asked for, which most who hold never do. */
  private final AtomicReference<@Nullable CompletionStage<HoldLoss>> published =
      new AtomicReference<>();

  /** Takes over a ticket that was granted. */
  public Holding(Ticket ticket, Grant grant) {
    this.coord = ticket.session().runtime();
    this.ticket = ticket;
    this.token = new FencingToken(grant.entry().createRevision());
    Futures.onDone(ticket.lost(), this::lost, failure -> {});
  }

  private void lost(HoldLoss loss) {
    Level level = loss.reason() == HoldLoss.Reason.SESSION_CLOSED ? Level.DEBUG : Level.WARN;
    log.atLevel(level)
        .log("{}: {} is lost: {}", coord.config().name(), ticket.key(), loss.detail());
    ended.complete(Optional.of(loss));
  }

  /** The place in the line. */
  public Ticket ticket() {
    return ticket;
  }

  /** The connection that it is held through. */
  public CoordRuntime coord() {
    return coord;
  }

  /** The create revision of the key. */
  public FencingToken fencingToken() {
    return token;
  }

  /** Whether it is held, as far as this process can know. */
  public boolean isHeld() {
    return ticket.isHeld();
  }

  /** Completes on the callback executor when it is lost; fails when it is released first. */
  public CompletionStage<HoldLoss> lost() {
    CompletableFuture<HoldLoss> theirs = new CompletableFuture<>();
    boolean over = ended.isDone();
    if (over) {
      tell(ended.join(), theirs);
    }
    if (published.compareAndSet(null, theirs.minimalCompletionStage()) && !over) {
      Futures.onDone(ended, end -> callBack(() -> tell(end, theirs)), defect -> {});
    }
    return Objects.requireNonNull(published.get());
  }

  private void tell(Optional<HoldLoss> end, CompletableFuture<HoldLoss> theirs) {
    end.ifPresentOrElse(
        theirs::complete,
        () ->
            theirs.completeExceptionally(
                new ClosedException(ticket.key() + " was released before it was lost", null)));
  }

  /** Releases, and waits for that for at most the request timeout. */
  public Release release() {
    beginRelease();
    return Futures.awaitUninterruptibly(released);
  }

  /** Releases; the future completes on the callback executor and never fails. */
  public CompletableFuture<Release> releaseAsync() {
    beginRelease();
    return Futures.publish(released.copy(), coord.callbacks(), end -> {});
  }

  /**
   * Releases all but the companion of the place, which may then be taken up.
   *
   * @return gives the companion, on the store's thread; fails as {@link Ticket#leave} does, and
   *     when the place had been lost before: then the companion does not stay
   * @throws IllegalStateException when it was released before
   */
  public CompletableFuture<Entry> leaveCompanionBehind() {
    if (!releasing.compareAndSet(false, true)) {
      throw new IllegalStateException(
          ticket.key() + " was released or downgraded before; expected a hold that is still held");
    }
    CompletableFuture<Departure> left = ticket.leaveCompanionBehind();
    endWith(left);
    Entry companion = new Entry(ticket.companion.orElseThrow(), token.value());
    return left.thenApply(departure -> left(departure, companion));
  }

  private Entry left(Departure departure, Entry companion) {
    if (departure == Departure.HAD_BEEN_LOST) {
      ticket.throwIfLost();
      throw new KeyDeletedException(
          ticket.key() + " had been deleted in etcd by somebody else before", null);
    }
    return companion;
  }

  private void beginRelease() {
    if (releasing.compareAndSet(false, true)) {
      endWith(ticket.leave());
    }
  }

  private void endWith(CompletableFuture<Departure> left) {
    Timer timer =
        coord
            .store()
            .scheduler()
            .schedule(coord.config().requestTimeout(), () -> end(Release.PENDING));
    Futures.onDone(
        left,
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

  private Release pending(Throwable failure) {
    log.warn(
        "{}: {} could not be deleted, which is tried again until the session ends: {}",
        coord.config().name(),
        ticket.key(),
        failure.getMessage());
    return Release.PENDING;
  }

  private void end(Release end) {
    if (released.complete(end) && !ticket.lost().isDone()) {
      ended.complete(Optional.empty());
    }
  }

  /** A connection that is closed has no executor of its own any more. */
  private void callBack(Runnable completion) {
    Executor callbacks = coord.callbacks();
    try {
      callbacks.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run();
    }
  }
}
