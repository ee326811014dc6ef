package io.coord.core.internal.session;

import io.coord.core.ClosedException;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionLostException;
import io.coord.core.SessionState;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.SessionTtl;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens the sessions of one connection, and closes those that are left when it closes. */
public final class Sessions {

  /** How long closing waits for sessions that are being opened: etcd may not answer. */
  private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

  private final CoordRuntime coord;
  private final Set<LeaseSession> open = Collections.synchronizedSet(new LinkedHashSet<>());

  /** The leases that etcd has been asked for, until their sessions have begun or cannot. */
  private final Map<Long, CompletableFuture<Void>> opening = new ConcurrentHashMap<>();

  /** Those whose leases are being revoked. */
  private final Map<LeaseSession, CompletableFuture<Void>> closing = new ConcurrentHashMap<>();

  private final LostLeases lostLeases;
  private volatile boolean closed;

  /** The sessions of this connection; none yet. */
  public Sessions(CoordRuntime coord) {
    this.coord = coord;
    this.lostLeases = new LostLeases(coord.store());
  }

  /**
   * Grants a lease and keeps it. The future completes on the store's thread; when it is cancelled,
   * the lease is revoked as soon as it has been granted.
   */
  public CompletableFuture<Session> open(Duration ttl) {
    SessionTtl.check(ttl);
    long leaseId = newLeaseId(coord.store());
    CompletableFuture<Void> granted = new CompletableFuture<>();
    keepUntilDone(opening, leaseId, granted);
    if (closed) {
      granted.complete(null);
      return CompletableFuture.failedFuture(connectionClosed());
    }
    CompletableFuture<Session> opened = new CompletableFuture<>();
    open(leaseId, ttl, opened, granted);
    return opened;
  }

  private void open(
      long leaseId,
      Duration ttl,
      CompletableFuture<Session> opened,
      CompletableFuture<Void> granted) {
    Store store = coord.store();
    long sent = store.scheduler().nanoTime();
    Futures.onDone(
        store.grantLease(leaseId, ttl.toSeconds()),
        grant -> {
          give(
              opened,
              LeaseSession.begin(
                  coord, leaseId, Custody.opened(), sent, Duration.ofSeconds(grant.ttlSeconds())),
              LeaseSession::beginClose);
          granted.complete(null);
        },
        failure -> {
          revokeIfGranted(leaseId, failure);
          granted.complete(null);
          opened.completeExceptionally(failure);
        });
  }

  /**
   * The answer may have been lost, so that the lease is there and nobody knows of it. That is tried
   * for as long as any request; where it fails, the lease runs out.
   */
  private void revokeIfGranted(long leaseId, Throwable failure) {
    if (failure instanceof UnavailableException) {
      Futures.onDone(coord.store().revokeLease(leaseId), existed -> {}, unanswered -> {});
    }
  }

  /**
   * Keeps a lease that exists. The future completes on the store's thread; when it is cancelled,
   * the lease is left to itself again.
   */
  public CompletableFuture<Session> takeOver(long leaseId) {
    if (closed) {
      return CompletableFuture.failedFuture(connectionClosed());
    }
    Store store = coord.store();
    long sent = store.scheduler().nanoTime();
    CompletableFuture<Session> opened = new CompletableFuture<>();
    Futures.onDone(
        store.keepLeaseAlive(leaseId),
        ttlSeconds -> {
          if (ttlSeconds > 0) {
            give(
                opened,
                LeaseSession.begin(
                    coord, leaseId, Custody.takenOver(), sent, Duration.ofSeconds(ttlSeconds)),
                LeaseSession::orphan);
          } else {
            opened.completeExceptionally(noSuchLease(leaseId));
          }
        },
        opened::completeExceptionally);
    return opened;
  }

  /**
   * Closes every open session; completes when all leases are revoked or could not be, also those
   * that lost sessions have left behind, some of which are found to be lost only now, and those
   * that are granted while this goes on.
   */
  public CompletableFuture<Void> closeAll() {
    closed = true;
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    snapshot().forEach(session -> ends.add(session.closeAsync()));
    ends.add(lostLeases.close());
    ends.add(settleWhatIsUnderWay());
    return allOf(ends);
  }

  /** Those that are being opened are closed as soon as they are, if that is within a moment. */
  private CompletableFuture<Void> settleWhatIsUnderWay() {
    CompletableFuture<Void> granted = allOf(opening.values());
    if (!granted.isDone()) {
      Timer unused = coord.store().scheduler().schedule(LAST_CHANCE, () -> granted.complete(null));
    }
    return granted.thenCompose(done -> allOf(closing.values()));
  }

  private static CompletableFuture<Void> allOf(Collection<CompletableFuture<Void>> ends) {
    return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
  }

  private static <K> void keepUntilDone(
      Map<K, CompletableFuture<Void>> underWay, K key, CompletableFuture<Void> end) {
    underWay.put(key, end);
    Futures.onDone(end, done -> underWay.remove(key), failure -> underWay.remove(key));
  }

  private List<LeaseSession> snapshot() {
    synchronized (open) {
      return List.copyOf(open);
    }
  }

  /**
   * The session is over.
   *
   * @param revoked completes when a session that was closed is done with its lease
   */
  void ended(LeaseSession session, Tenure end, CompletableFuture<Void> revoked) {
    if (end.state() == SessionState.CLOSED) {
      keepUntilDone(closing, session, revoked);
    }
    open.remove(session);
    if (end.loss().filter(session.custody()::giveUp).isPresent()) {
      lostLeases.add(session, end);
    }
  }

  /**
   * A session is closed whose lease could not be revoked: if the lease is nobody else's, that is
   * tried again while the connection is open. Tells whether it will be.
   */
  boolean revokeLater(LeaseSession session, Throwable failure) {
    return !(failure instanceof ClosedException)
        && session.custody().giveUp()
        && lostLeases.add(session, Duration.ZERO, session.ttl());
  }

  /**
   * Gives a session that has begun to whoever asked for it.
   *
   * @param undo ends it when nobody can be given it any more
   */
  private void give(
      CompletableFuture<Session> opened, LeaseSession session, Consumer<LeaseSession> undo) {
    open.add(session);
    if (closed) {
      undo.accept(session);
      opened.completeExceptionally(connectionClosed());
    } else if (!session.isActive()) {
      open.remove(session);
      opened.complete(session);
    } else if (!opened.complete(session)) {
      undo.accept(session);
    }
  }

  private ClosedException connectionClosed() {
    return new ClosedException("connection " + coord.config().name() + " is closed", null);
  }

  /** Positive, as etcd's own are. */
  private static long newLeaseId(Store store) {
    long id = store.scheduler().randomLong() & Long.MAX_VALUE;
    return id == 0 ? 1 : id;
  }

  private SessionLostException noSuchLease(long leaseId) {
    String hex = Long.toHexString(leaseId);
    return new SessionLostException(
        coord.config().name() + "/" + hex,
        new SessionLoss(
            SessionLoss.Reason.LEASE_GONE,
            "etcd has no lease "
                + hex
                + "; expected one that has neither expired nor been revoked"));
  }
}
