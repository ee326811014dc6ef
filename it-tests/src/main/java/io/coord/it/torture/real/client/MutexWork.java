package io.coord.it.torture.real.client;

import io.coord.it.torture.real.history.Operation;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Locks, works, unlocks; now with a bound, now without. */
final class MutexWork implements Workload {

  static final String NAME = "torture/mutex";

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Hands hands;
  private final HoldWork holding;

  MutexWork(Hands hands) {
    this.hands = hands;
    this.holding = new HoldWork(hands, "mutex");
  }

  @Override
  public void step() throws InterruptedException {
    Mutex mutex = Mutex.of(hands.session(), NAME);
    Recorder.Doing<Optional<LockHold>> way =
        switch (hands.random().nextInt(4)) {
          case 0 -> mutex::tryLock;
          case 1 -> () -> mutex.tryLock(PATIENCE);
          default -> () -> Optional.of(mutex.lock());
        };
    Optional<LockHold> got =
        hands.recorder().call("lock", Map.of(), way, MutexWork::told).flatMap(granted -> granted);
    if (got.isPresent()) {
      LockHold hold = got.get();
      if (hands.chance(60)) {
        boolean unused = holding.work(hold.fencingToken(), hold.guard(), Map.of());
      } else {
        holding.workUnguarded();
      }
      holding.release(hold.fencingToken(), hold::release);
    }
    hands.pauseUpTo(60);
  }

  static Map<String, ?> told(Optional<? extends LockHold> got) {
    return got.<Map<String, ?>>map(hold -> Map.of(Operation.TOKEN, hold.fencingToken().value()))
        .orElse(Map.of());
  }
}
