package io.coord.testkit.sim;

import io.coord.core.CompactedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeRequest.Consistency;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.LeaseTable.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The cluster, as one state machine: what a request does at the moment at which it is applied.
 *
 * <p>That there are several members shows in one thing only: a read that is not linearizable, or a
 * new watch, may be served by a member that lags behind.
 */
final class Server {

  private static final String ACTOR = "etcd";
  private static final Duration LEASE_ROUND = Duration.ofMillis(500);
  private static final Duration ELECTION = Duration.ofSeconds(1);
  private static final int FARTHEST_LAG = 20;

  private final World world;
  private final LeaseTable leases = new LeaseTable();
  private final KeySpace keys = new KeySpace(leases);
  private final WatchTable watches;
  private final RangeReader reader;
  private final TxnExecutor executor;
  private final List<Consumer<List<WatchEvent>>> observers = new ArrayList<>();
  private boolean up = true;
  private long starts;

  Server(World world) {
    this.world = world;
    this.watches = new WatchTable(keys, world);
    this.reader = new RangeReader(keys, world.dice());
    this.executor = new TxnExecutor(keys, leases, reader);
  }

  KeySpace keys() {
    return keys;
  }

  LeaseTable leases() {
    return leases;
  }

  /** Adds somebody who is told of every committed change at the moment of the commit. */
  void observe(Consumer<List<WatchEvent>> observer) {
    observers.add(observer);
  }

  RangeResult range(RangeRequest request) {
    RequestRules.check(request);
    return reader.read(request, memberRevision(request.consistency()));
  }

  TxnResult txn(TxnRequest request) {
    RequestRules.check(request);
    if (request.isReadOnly()) {
      return executor.read(request, memberRevision(consistency(request)));
    }
    TxnResult result = executor.write(request);
    commit();
    return result;
  }

  LeaseGrant grantLease(long id, long ttlSeconds) {
    long number = id == 0 ? world.dice().anyLong() >>> 1 : id;
    Lease lease = leases.grant(number, ttlSeconds, world.queue().now());
    watchExpiry(lease);
    return new LeaseGrant(number, lease.ttlSeconds());
  }

  /** Deletes the lease's keys in one revision; gives false when there is no such lease. */
  boolean revokeLease(long id) {
    Lease lease = leases.find(id).orElse(null);
    if (lease == null) {
      return false;
    }
    lease.keys().forEach(key -> keys.delete(KeyRange.single(key)));
    leases.remove(id);
    commit();
    lease.takeWaitingRenewals().forEach(renewal -> renewal.give(0L));
    return true;
  }

  void keepLeaseAlive(long id, Reply<Long> reply) {
    Lease lease = leases.find(id).orElse(null);
    if (lease == null) {
      reply.give(0L);
    } else if (lease.hasRunOut(world.queue().now())) {
      lease.answerWhenRevoked(reply);
    } else {
      lease.extend(world.queue().now());
      reply.give(lease.ttlSeconds());
    }
  }

  LeaseStatus leaseStatus(long id) {
    return leases.status(id, world.queue().now());
  }

  /** Makes the server act on a lease's new expiry. */
  void watchExpiry(Lease lease) {
    long round = world.dice().between(Duration.ZERO, LEASE_ROUND);
    lease.checkExpiryIn(world.queue().at(lease.expiry() + round, () -> revokeIfRunOut(lease)));
  }

  /** Ends a lease's time before it has passed. */
  void runOutNow(Lease lease) {
    lease.runOutAt(world.queue().now());
    watchExpiry(lease);
  }

  private void revokeIfRunOut(Lease lease) {
    if (!up || leases.find(lease.id()).orElse(null) != lease) {
      return;
    }
    if (lease.hasRunOut(world.queue().now())) {
      world.history().add(ACTOR, "expires lease", Long.toHexString(lease.id()));
      revokeLease(lease.id());
    } else {
      watchExpiry(lease);
    }
  }

  void compact(long revision) {
    if (revision <= keys.compacted()) {
      throw new CompactedException(
          "revision " + revision + " was compacted at " + keys.compacted(), null);
    }
    if (revision > keys.revision()) {
      throw new FutureRevisionException(revision, keys.revision());
    }
    world.history().add(ACTOR, "compacts at", revision);
    keys.compact(revision);
  }

  /** Opens a watch; {@code startRevision} 0 means after what the serving member has. */
  ServerWatch watch(
      KeyRange range, long startRevision, Changes changes, ServerWatch.Subscriber subscriber) {
    long now = memberRevision(Consistency.SERIALIZABLE);
    return watches.open(range, startRevision, now, changes, subscriber);
  }

  void cancel(ServerWatch watch) {
    watches.cancel(watch);
  }

  boolean isUp() {
    return up;
  }

  /** Differs between any two moments between which the server was down. */
  long starts() {
    return starts;
  }

  void stop() {
    up = false;
    starts++;
    world.history().add(ACTOR, "stops", "");
  }

  void start() {
    up = true;
    world.history().add(ACTOR, "starts", "");
    extendAllLeases();
  }

  /** A new leader cannot know when leases were last kept alive, and counts anew. */
  void extendAllLeases() {
    for (Lease lease : leases.all()) {
      lease.extend(world.queue().now() + ELECTION.toNanos());
      lease.takeWaitingRenewals().forEach(renewal -> renewal.give(lease.ttlSeconds()));
      watchExpiry(lease);
    }
  }

  /** Ends a change made by hand. */
  void commit() {
    List<WatchEvent> changes = keys.commit();
    if (!changes.isEmpty()) {
      watches.publish(changes);
      observers.forEach(observer -> observer.accept(changes));
    }
  }

  private long memberRevision(Consistency consistency) {
    if (consistency == Consistency.LINEARIZABLE || !world.strikes(MessageFault.LAG)) {
      return keys.revision();
    }
    long lagging = keys.revision() - 1 - world.dice().below(FARTHEST_LAG);
    return Math.max(1, Math.max(keys.compacted(), lagging));
  }

  /**
   * etcd serves a transaction without waiting for a quorum when each of its operations is a read
   * that says so; one without operations, which only compares, is among them.
   */
  private static Consistency consistency(TxnRequest request) {
    return onlySerializable(request.success()) && onlySerializable(request.failure())
        ? Consistency.SERIALIZABLE
        : Consistency.LINEARIZABLE;
  }

  private static boolean onlySerializable(List<Op> ops) {
    return ops.stream()
        .allMatch(
            op ->
                op instanceof Op.Get get
                    && get.request().consistency() == Consistency.SERIALIZABLE);
  }
}
