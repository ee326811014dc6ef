package io.coord.testkit.sim;

import io.coord.core.CoordException;
import io.coord.core.internal.store.LeaseGrant;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.Optional;

/** A unary request on its way to the server, and what it does there. */
sealed interface Request<T> {

  RequestKind kind();

  /** Carries it out, now. */
  void applyAt(Server server, Reply<T> reply);

  /** Whether it may be sent again when its answer does not arrive. */
  default boolean isRepeatable() {
    return true;
  }

  /** What a refusal of a repeated request means if the request was applied the first time. */
  default Optional<T> acceptAfterRepeat(CoordException refusal) {
    return Optional.empty();
  }

  record Range(RangeRequest request) implements Request<RangeResult> {
    @Override
    public RequestKind kind() {
      return RequestKind.RANGE;
    }

    @Override
    public void applyAt(Server server, Reply<RangeResult> reply) {
      reply.give(server.range(request));
    }
  }

  record Txn(TxnRequest request) implements Request<TxnResult> {
    @Override
    public RequestKind kind() {
      return RequestKind.TXN;
    }

    @Override
    public boolean isRepeatable() {
      return request.isRepeatable();
    }

    @Override
    public void applyAt(Server server, Reply<TxnResult> reply) {
      reply.give(server.txn(request));
    }
  }

  record Grant(long id, long ttlSeconds) implements Request<LeaseGrant> {
    @Override
    public RequestKind kind() {
      return RequestKind.LEASE_GRANT;
    }

    @Override
    public void applyAt(Server server, Reply<LeaseGrant> reply) {
      reply.give(server.grantLease(id, ttlSeconds));
    }

    @Override
    public Optional<LeaseGrant> acceptAfterRepeat(CoordException refusal) {
      return refusal instanceof LeaseExistsException existing
          ? Optional.of(new LeaseGrant(id, existing.ttlSeconds()))
          : Optional.empty();
    }
  }

  record Revoke(long id) implements Request<Boolean> {
    @Override
    public RequestKind kind() {
      return RequestKind.LEASE_REVOKE;
    }

    @Override
    public void applyAt(Server server, Reply<Boolean> reply) {
      reply.give(server.revokeLease(id));
    }
  }

  record KeepAlive(long id) implements Request<Long> {
    @Override
    public RequestKind kind() {
      return RequestKind.LEASE_KEEP_ALIVE;
    }

    @Override
    public void applyAt(Server server, Reply<Long> reply) {
      server.keepLeaseAlive(id, reply);
    }
  }

  record Status(long id) implements Request<LeaseStatus> {
    @Override
    public RequestKind kind() {
      return RequestKind.LEASE_STATUS;
    }

    @Override
    public void applyAt(Server server, Reply<LeaseStatus> reply) {
      reply.give(server.leaseStatus(id));
    }
  }
}
