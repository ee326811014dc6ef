package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.LeaseStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The leases of the simulated etcd: what they are, when they run out, which keys are bound to them.
 * When a lease that has run out is revoked is the server's business.
 */
final class LeaseTable implements KeySpace.LeaseBindings {

  /** etcd's bounds, with its default election timeout of one second. */
  static final long SHORTEST_TTL = 2;

  static final long LONGEST_TTL = 9_000_000_000L;

  private final Map<Long, Lease> leases = new LinkedHashMap<>();

  /** One lease. Times are those of the {@link EventQueue}. */
  static final class Lease {
    private final long id;
    private final long ttlSeconds;
    private final NavigableSet<Bytes> keys = new TreeSet<>();
    private final List<Reply<Long>> waitingForItsEnd = new ArrayList<>();
    private Optional<EventQueue.Event> expiryCheck = Optional.empty();
    private long expiry;

    private Lease(long id, long ttlSeconds) {
      this.id = id;
      this.ttlSeconds = ttlSeconds;
    }

    long id() {
      return id;
    }

    long ttlSeconds() {
      return ttlSeconds;
    }

    long expiry() {
      return expiry;
    }

    /** The keys bound to it, in the order in which a revocation deletes them. */
    List<Bytes> keys() {
      return List.copyOf(keys);
    }

    boolean hasRunOut(long now) {
      return now >= expiry;
    }

    void extend(long now) {
      expiry = now + TimeUnit.SECONDS.toNanos(ttlSeconds);
    }

    void runOutAt(long moment) {
      expiry = moment;
    }

    /** Replaces the event at which the server will look whether it has run out. */
    void checkExpiryIn(EventQueue.Event check) {
      expiryCheck.ifPresent(EventQueue.Event::cancel);
      expiryCheck = Optional.of(check);
    }

    /** etcd answers the renewal of a lease that has run out only once it is revoked. */
    void answerWhenRevoked(Reply<Long> renewal) {
      waitingForItsEnd.add(renewal);
    }

    List<Reply<Long>> takeWaitingRenewals() {
      List<Reply<Long>> taken = List.copyOf(waitingForItsEnd);
      waitingForItsEnd.clear();
      return taken;
    }
  }

  Lease grant(long id, long ttlSeconds, long now) {
    if (ttlSeconds > LONGEST_TTL) {
      throw new RefusedException(
          "lease time to live " + ttlSeconds + " s is too large; expected at most " + LONGEST_TTL,
          null);
    }
    Lease existing = leases.get(id);
    if (existing != null) {
      throw new LeaseExistsException(id, existing.ttlSeconds());
    }
    Lease lease = new Lease(id, Math.max(ttlSeconds, SHORTEST_TTL));
    lease.extend(now);
    leases.put(id, lease);
    return lease;
  }

  Optional<Lease> find(long id) {
    return Optional.ofNullable(leases.get(id));
  }

  void remove(long id) {
    leases.remove(id);
  }

  List<Lease> all() {
    return List.copyOf(leases.values());
  }

  LeaseStatus status(long id, long now) {
    Lease lease = leases.get(id);
    if (lease == null) {
      return new LeaseStatus(id, -1, 0);
    }
    long remaining = TimeUnit.NANOSECONDS.toSeconds(lease.expiry - now);
    return new LeaseStatus(id, remaining, lease.ttlSeconds);
  }

  @Override
  public void bind(long lease, Bytes key) {
    find(lease).orElseThrow().keys.add(key);
  }

  @Override
  public void unbind(long lease, Bytes key) {
    find(lease).ifPresent(holder -> holder.keys.remove(key));
  }
}
