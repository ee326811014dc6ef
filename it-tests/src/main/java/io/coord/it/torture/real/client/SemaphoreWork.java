package io.coord.it.torture.real.client;

import io.coord.locks.PermitHold;
import io.coord.locks.Semaphore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Takes one to three permits of five. */
public final class SemaphoreWork implements Workload {

  static final String NAME = "torture/semaphore";

  /** How many permits there are. */
  public static final int MAXIMUM = 5;

  /** The name under which a history says how many are held. */
  public static final String PERMITS = "permits";

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Hands hands;
  private final HoldWork holding;

  SemaphoreWork(Hands hands) {
    this.hands = hands;
    this.holding = new HoldWork(hands, "semaphore");
  }

  @Override
  public void step() throws InterruptedException {
    Semaphore semaphore = Semaphore.of(hands.session(), NAME, MAXIMUM);
    int permits = 1 + hands.random().nextInt(3);
    Map<String, Integer> kind = Map.of(PERMITS, permits);
    Optional<PermitHold> got =
        hands
            .recorder()
            .call(
                "acquire",
                kind,
                () ->
                    hands.chance(50)
                        ? Optional.of(semaphore.acquire(permits))
                        : semaphore.tryAcquire(permits, PATIENCE),
                MutexWork::told)
            .flatMap(granted -> granted);
    if (got.isPresent()) {
      PermitHold hold = got.get();
      if (hands.chance(60)) {
        boolean unused = holding.work(hold.fencingToken(), hold.guard(), kind);
      } else {
        holding.workUnguarded();
      }
      holding.release(hold.fencingToken(), hold::release);
    }
    hands.pauseUpTo(40);
  }
}
