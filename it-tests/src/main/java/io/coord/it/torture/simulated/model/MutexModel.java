package io.coord.it.torture.simulated.model;

import io.coord.core.Session;
import io.coord.core.internal.store.KeyValue;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Workers of one mutex:
 *
 * <ul>
 *   <li>no two hold at once;
 *   <li>at a grant, its key is the first in etcd, but for those that its own process lets go;
 *   <li>tokens rise from grant to grant.
 * </ul>
 */
public final class MutexModel extends HoldsModel<LockHold> {

  private static final String NAME = "orders";

  private long lastToken;

  /** A mutex with so many workers. */
  public MutexModel(SimulatedEtcd etcd, Scale scale) {
    super(etcd, Handling.LOCK, List.of(NAME + "/"), scale);
  }

  @Override
  CompletableFuture<Optional<LockHold>> attempt(Session session) {
    Mutex mutex = Mutex.of(session, NAME);
    return switch (referee.random().nextInt(5)) {
      case 0 -> map(mutex.tryLockAsync(), held -> held);
      case 1 -> map(mutex.tryLockAsync(referee.upTo(40)), held -> held);
      default -> map(mutex.lockAsync(), Optional::of);
    };
  }

  @Override
  void check(LockHold hold, List<LockHold> others, List<KeyValue> stored) {
    long token = hold.fencingToken().value();
    for (LockHold other : others) {
      referee.broken(Rule.EXCLUSION, hold + " was given while " + other + " is held");
    }
    Optional<KeyValue> own = stored.stream().filter(kv -> kv.createRevision() == token).findFirst();
    referee.check(own.isPresent(), Rule.CHECKED_GRANT, () -> hold + " was given without a key");
    for (KeyValue kv : stored) {
      referee.check(
          kv.createRevision() >= token || mayBeFollowedAtOnce(kv, own.orElseThrow()),
          Rule.CHECKED_GRANT,
          () -> hold + " was given before " + kv);
    }
    long before = lastToken;
    referee.check(token > before, Rule.ORDER, () -> hold + " was given after token " + before);
    lastToken = token;
  }
}
