package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.locks.LockHold;
import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Workers that take some of a few permits, now and then raising their number:
 *
 * <ul>
 *   <li>permits that are held are never more than the maximum;
 *   <li>at a grant, the permits of all keys in etcd that are no later than its own are no more than
 *       the maximum either, but for those that its own process lets go: nobody was overtaken.
 * </ul>
 */
public final class SemaphoreModel extends HoldsModel<LockHold> {

  private static final String NAME = "downloads";
  private static final String HOLDERS = NAME + "/holder/";
  private static final int FIRST_MAXIMUM = 3;
  private static final int LAST_MAXIMUM = 6;

  /** A semaphore with so many workers. */
  public SemaphoreModel(SimulatedEtcd etcd, Scale scale) {
    super(etcd, Handling.LOCK, List.of(HOLDERS), scale);
  }

  @Override
  CompletableFuture<Optional<LockHold>> attempt(Session session) {
    int maximum = maximum();
    Semaphore semaphore = Semaphore.of(session, NAME, maximum);
    if (maximum < LAST_MAXIMUM && referee.onceIn(40)) {
      referee.then(semaphore.raiseMaximumAsync(maximum + 1), raised -> {}, failure -> {});
    }
    int permits = 1 + referee.random().nextInt(FIRST_MAXIMUM);
    return switch (referee.random().nextInt(5)) {
      case 0 -> map(semaphore.tryAcquireAsync(permits), hold -> hold.map(LockHold.class::cast));
      case 1 ->
          map(
              semaphore.tryAcquireAsync(permits, referee.upTo(40)),
              hold -> hold.map(LockHold.class::cast));
      default -> map(semaphore.acquireAsync(permits), Optional::of);
    };
  }

  /** The number of permits by now. */
  public int maximum() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(NAME + "/limit/"))).stream()
        .mapToInt(kv -> Integer.parseInt(kv.key().utf8().substring((NAME + "/limit/").length())))
        .max()
        .orElse(FIRST_MAXIMUM);
  }

  @Override
  void check(LockHold hold, List<LockHold> others, List<KeyValue> stored) {
    int maximum = maximum();
    int held = ((PermitHold) hold).permits();
    for (LockHold other : others) {
      held += ((PermitHold) other).permits();
    }
    if (held > maximum) {
      referee.broken(
          Rule.EXCLUSION,
          hold + " was given, and " + held + " of " + maximum + " permits are held");
    }
    long token = hold.fencingToken().value();
    KeyValue own =
        stored.stream().filter(kv -> kv.createRevision() == token).findFirst().orElseThrow();
    Set<Long> heldTokens =
        others.stream().map(other -> other.fencingToken().value()).collect(Collectors.toSet());
    int before = permits(own.key().utf8());
    for (KeyValue kv : stored) {
      boolean isLetGo = mayBeFollowedAtOnce(kv, own) && !heldTokens.contains(kv.createRevision());
      if (kv.createRevision() < token && !isLetGo) {
        before += permits(kv.key().utf8());
      }
    }
    if (before > maximum) {
      referee.broken(
          Rule.ORDER,
          hold + " was given, and " + before + " permits of " + maximum + " came before");
    }
  }

  private static int permits(String key) {
    return Integer.parseInt(key.substring(HOLDERS.length(), key.indexOf('/', HOLDERS.length())));
  }
}
