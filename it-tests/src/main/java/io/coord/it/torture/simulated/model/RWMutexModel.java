package io.coord.it.torture.simulated.model;

import io.coord.core.Session;
import io.coord.core.internal.store.KeyValue;
import io.coord.locks.LockHold;
import io.coord.locks.LockSide;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Readers and writers of one mutex, some of which downgrade:
 *
 * <ul>
 *   <li>a writer is never beside anybody;
 *   <li>at a grant, etcd has no key of an earlier writer, and for a writer no earlier key at all,
 *       but for those that its own process lets go;
 *   <li>a writer's token is greater than any given before, a reader's than any given to a writer.
 * </ul>
 */
public final class RWMutexModel extends HoldsModel<LockHold> {

  private static final String NAME = "prices";

  private long lastToken;
  private long lastWriteToken;
  private int downgrades;

  /** A read-write mutex with so many workers. */
  public RWMutexModel(SimulatedEtcd etcd, Scale scale) {
    super(etcd, Handling.LOCK, List.of(NAME + "/"), scale);
  }

  /** How many writers have become readers. */
  public int downgrades() {
    return downgrades;
  }

  @Override
  CompletableFuture<Optional<LockHold>> attempt(Session session) {
    RWMutex mutex = RWMutex.of(session, NAME);
    return referee.onceIn(3) ? attempt(mutex.writeLock()) : attempt(mutex.readLock());
  }

  private <H extends LockHold> CompletableFuture<Optional<LockHold>> attempt(LockSide<H> side) {
    return switch (referee.random().nextInt(5)) {
      case 0 -> map(side.tryLockAsync(), hold -> hold.map(LockHold.class::cast));
      case 1 -> map(side.tryLockAsync(referee.upTo(40)), hold -> hold.map(LockHold.class::cast));
      default -> map(side.lockAsync(), Optional::of);
    };
  }

  @Override
  CompletableFuture<LockHold> use(LockHold hold) {
    if (hold instanceof WriteHold write && write.isHeld() && referee.onceIn(3)) {
      return write
          .downgradeAsync()
          .thenApply(
              read -> {
                downgrades++;
                granted(read);
                return read;
              });
    }
    return super.use(hold);
  }

  @Override
  void check(LockHold hold, List<LockHold> others, List<KeyValue> stored) {
    boolean writes = hold instanceof WriteHold;
    long token = hold.fencingToken().value();
    for (LockHold other : others) {
      if (writes || other instanceof WriteHold) {
        referee.broken(Rule.EXCLUSION, hold + " was given while " + other + " is held");
      }
    }
    KeyValue own =
        stored.stream().filter(kv -> kv.createRevision() == token).findFirst().orElseThrow();
    for (KeyValue kv : stored) {
      if (kv.createRevision() < token && (writes || isWrite(kv.key().utf8()))) {
        referee.check(
            mayBeFollowedAtOnce(kv, own),
            Rule.CHECKED_GRANT,
            () -> hold + " was given before " + kv);
      }
    }
    boolean downgraded = !writes && token == lastWriteToken;
    if (!downgraded && token <= (writes ? lastToken : lastWriteToken)) {
      referee.broken(
          Rule.ORDER, hold + " was given after " + lastToken + ", to a writer " + lastWriteToken);
    }
    lastToken = Math.max(lastToken, token);
    lastWriteToken = writes ? token : lastWriteToken;
  }

  private static boolean isWrite(String key) {
    return key.startsWith(NAME + "/write/");
  }
}
