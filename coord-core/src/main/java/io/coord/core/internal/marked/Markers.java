package io.coord.core.internal.marked;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.coord.core.Bytes;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.LeaseNotFoundException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The marked transactions of one module and one connection, or session. A lease of the connection's
 * own is opened with the first, and again when it was lost; the connection closes it with its other
 * sessions.
 */
public final class Markers {

  /**
   * How long etcd may be out of reach before an answer that was lost at its beginning cannot be
   * made up for. What it costs is that the markers of a process that died stay for as long.
   */
  private static final Duration TTL = Duration.ofMinutes(5);

  private final CoordRuntime coord;
  private final Bytes prefix;
  private final Optional<MarkerLease> given;
  private final Set<Pause> pauses = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private volatile boolean closed;

  @GuardedBy("lock")
  private Optional<CompletableFuture<MarkerLease>> current = Optional.empty();

  private Markers(CoordRuntime coord, Bytes prefix, Optional<MarkerLease> given) {
    this.coord = coord;
    this.prefix = prefix;
    this.given = given;
  }

  /**
   * Markers under a lease of the connection's own; none yet.
   *
   * @param prefix what their keys begin with; ends in a slash
   */
  public static Markers of(CoordRuntime coord, String prefix) {
    return new Markers(coord, Bytes.utf8(prefix), Optional.empty());
  }

  /** Markers under the lease of a session, for transactions that are void without it. */
  public static Markers under(LeaseSession session, String prefix) {
    Bytes begin = Bytes.utf8(prefix);
    return new Markers(session.runtime(), begin, Optional.of(new MarkerLease(session, begin)));
  }

  /**
   * Carries a transaction out, once or never. The future completes on the store's thread. It fails
   * with {@link io.coord.core.UnavailableException} and {@link io.coord.core.RefusedException} when
   * nothing was applied, with {@link CancellationException} when the work was called off before it
   * was sent, and with {@link io.coord.core.OutcomeUnknownException} when an outage outlasted the
   * marker's lease, etcd refused for longer than a moment, or the connection was closed.
   */
  public CompletableFuture<Verdict> carryOut(MarkedWork work) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    begin(work, verdict);
    return verdict;
  }

  /**
   * Does the same, again and again until it has been carried out, with effect or without. For work
   * that names no lease of its own: one that is missing stays so.
   */
  public CompletableFuture<Verdict.Done> carryOutAtLast(MarkedWork work) {
    CompletableFuture<Verdict.Done> done = new CompletableFuture<>();
    carryOutAtLast(work, done);
    return done;
  }

  private void carryOutAtLast(MarkedWork work, CompletableFuture<Verdict.Done> done) {
    Futures.onDone(
        carryOut(work),
        verdict -> {
          if (verdict instanceof Verdict.Done known) {
            done.complete(known);
          } else {
            carryOutAtLast(work, done);
          }
        },
        done::completeExceptionally);
  }

  private void begin(MarkedWork work, CompletableFuture<Verdict> verdict) {
    Futures.onDone(lease(), lease -> begin(lease, work, verdict), verdict::completeExceptionally);
  }

  private void begin(MarkerLease lease, MarkedWork work, CompletableFuture<Verdict> verdict) {
    if (work.isCalledOff()) {
      callOff(verdict);
      return;
    }
    Futures.onDone(
        lease.take(coord.store()),
        marker -> send(marker, work, verdict),
        failure -> {
          if (failure instanceof LeaseNotFoundException) {
            lease.session().leaseGone("etcd refused to put a marker under it");
            begin(work, verdict);
          } else {
            verdict.completeExceptionally(failure);
          }
        });
  }

  private void send(Marker marker, MarkedWork work, CompletableFuture<Verdict> verdict) {
    if (work.isCalledOff()) {
      marker.lease().giveBack(marker);
      callOff(verdict);
    } else {
      new MarkedTxn(this, coord.store(), marker, work, verdict).send();
    }
  }

  private static void callOff(CompletableFuture<Verdict> verdict) {
    verdict.completeExceptionally(new CancellationException("nobody wants it any more"));
  }

  /** Cuts every pause short; transactions whose outcome is being found out end as unknown. */
  public void close() {
    closed = true;
    pauses.forEach(Pause::cutShort);
  }

  /** A closed store drops its timers, and whoever waits for one must still be told. */
  void pause(Duration length, Runnable over, Runnable cutShort) {
    Pause pause = new Pause(over, cutShort);
    pauses.add(pause);
    coord.store().scheduler().schedule(length, pause::over);
    if (closed) {
      pause.cutShort();
    }
  }

  private CompletableFuture<MarkerLease> lease() {
    if (given.isPresent()) {
      return given
          .get()
          .session()
          .ended()
          .<CompletableFuture<MarkerLease>>map(CompletableFuture::failedFuture)
          .orElseGet(() -> CompletableFuture.completedFuture(given.get()));
    }
    return ownLease();
  }

  private CompletableFuture<MarkerLease> ownLease() {
    CompletableFuture<MarkerLease> opening = new CompletableFuture<>();
    synchronized (lock) {
      if (current.isPresent() && isUsable(current.get())) {
        return current.get();
      }
      current = Optional.of(opening);
    }
    Futures.onDone(
        coord.sessions().open(TTL),
        session -> opening.complete(new MarkerLease(LeaseSession.of(session), prefix)),
        opening::completeExceptionally);
    return opening;
  }

  private static boolean isUsable(CompletableFuture<MarkerLease> lease) {
    return !lease.isDone()
        || (!lease.isCompletedExceptionally() && lease.join().session().isActive());
  }

  @Override
  public String toString() {
    return coord.config().name();
  }

  /** One pause; ends once. */
  private final class Pause {
    private final Runnable over;
    private final Runnable cutShort;
    private final AtomicBoolean ended = new AtomicBoolean();

    Pause(Runnable over, Runnable cutShort) {
      this.over = over;
      this.cutShort = cutShort;
    }

    void over() {
      end(over);
    }

    void cutShort() {
      end(cutShort);
    }

    private void end(Runnable how) {
      if (ended.compareAndSet(false, true)) {
        pauses.remove(this);
        how.run();
      }
    }
  }
}
