package io.coord.it.torture.simulated.model;

import io.coord.core.Session;
import io.coord.core.internal.store.KeyValue;
import io.coord.locks.LockHold;
import io.coord.locks.MultiHold;
import io.coord.locks.MultiLock;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Workers that want overlapping locks in random orders:
 *
 * <ul>
 *   <li>none waits in a circle;
 *   <li>no lock is held by two at once;
 *   <li>the tokens of each lock rise.
 * </ul>
 */
public final class MultiLockModel extends HoldsModel<MultiHold> {

  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  private final Map<String, LockHold> latest = new HashMap<>();

  /** Four locks with so many workers. */
  public MultiLockModel(SimulatedEtcd etcd, Scale scale) {
    super(etcd, Handling.SEVERAL_LOCKS, NAMES.stream().map(name -> name + "/").toList(), scale);
  }

  @Override
  CompletableFuture<Optional<MultiHold>> attempt(Session session) {
    MultiLock locks = MultiLock.of(session, someNames());
    return switch (referee.random().nextInt(6)) {
      case 0 -> map(locks.tryLockAsync(), held -> held);
      case 1 -> map(locks.tryLockAsync(referee.upTo(60)), held -> held);
      default -> map(locks.lockAsync(), Optional::of);
    };
  }

  private List<String> someNames() {
    List<String> left = new ArrayList<>(NAMES);
    List<String> names = new ArrayList<>();
    int count = 2 + referee.random().nextInt(NAMES.size() - 1);
    while (names.size() < count) {
      names.add(left.remove(referee.random().nextInt(left.size())));
    }
    return names;
  }

  @Override
  void check(MultiHold hold, List<MultiHold> others, List<KeyValue> stored) {
    hold.holds().forEach(this::check);
  }

  private void check(String name, LockHold hold) {
    LockHold before = latest.put(name, hold);
    if (before != null) {
      referee.check(
          !before.isHeld(), Rule.EXCLUSION, () -> hold + " was given while " + before + " is held");
      referee.check(
          before.fencingToken().compareTo(hold.fencingToken()) < 0,
          Rule.ORDER,
          () -> hold + " was given after " + before);
    }
  }
}
