package io.coord.it.torture.real.client;

import io.coord.locks.LockHold;
import io.coord.locks.RWMutex;
import io.coord.locks.WriteHold;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads and writes; now and then a writer becomes a reader. */
public final class RwMutexWork implements Workload {

  static final String NAME = "torture/rwmutex";

  /** The name under which a history says which side is held. */
  public static final String SIDE = "side";

  private static final Map<String, String> READ = Map.of(SIDE, "read");
  private static final Map<String, String> WRITE = Map.of(SIDE, "write");
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Hands hands;
  private final HoldWork holding;

  RwMutexWork(Hands hands) {
    this.hands = hands;
    this.holding = new HoldWork(hands, "rwmutex");
  }

  @Override
  public void step() throws InterruptedException {
    RWMutex mutex = RWMutex.of(hands.session(), NAME);
    if (hands.chance(35)) {
      write(mutex);
    } else {
      read(mutex);
    }
    hands.pauseUpTo(60);
  }

  private void read(RWMutex mutex) throws InterruptedException {
    Optional<LockHold> got =
        hands
            .recorder()
            .call(
                "lock",
                READ,
                () ->
                    hands.chance(50)
                        ? Optional.of(mutex.readLock().lock())
                        : mutex.readLock().tryLock(PATIENCE),
                MutexWork::told)
            .flatMap(granted -> granted);
    if (got.isPresent()) {
      workAndRelease(got.get(), READ);
    }
  }

  private void write(RWMutex mutex) throws InterruptedException {
    Optional<WriteHold> got =
        hands
            .recorder()
            .call(
                "lock",
                WRITE,
                () ->
                    hands.chance(50)
                        ? Optional.of(mutex.writeLock().lock())
                        : mutex.writeLock().tryLock(PATIENCE),
                MutexWork::told)
            .flatMap(granted -> granted);
    if (got.isEmpty()) {
      return;
    }
    WriteHold hold = got.get();
    if (hands.chance(70)) {
      workAndRelease(hold, WRITE);
      return;
    }
    if (holding.work(hold.fencingToken(), hold.guard(), WRITE)) {
      Optional<LockHold> lower =
          hands
              .recorder()
              .call(
                  "downgrade",
                  Map.of(),
                  hold::downgrade,
                  held -> MutexWork.told(Optional.of(held)));
      if (lower.isPresent()) {
        workAndRelease(lower.get(), READ);
        return;
      }
    }
    holding.release(hold.fencingToken(), hold::release);
  }

  private void workAndRelease(LockHold hold, Map<String, String> side) throws InterruptedException {
    if (hands.chance(60)) {
      boolean unused = holding.work(hold.fencingToken(), hold.guard(), side);
    } else {
      holding.workUnguarded();
    }
    holding.release(hold.fencingToken(), hold::release);
  }
}
