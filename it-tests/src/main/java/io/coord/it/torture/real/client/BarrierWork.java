package io.coord.it.torture.real.client;

import io.coord.barriers.Barrier;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One holds and releases a barrier again and again; the others wait at it. */
final class BarrierWork implements Workload {

  static final String NAME = "torture/barrier";

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Hands hands;
  private final Barrier barrier;

  BarrierWork(Hands hands) {
    this.hands = hands;
    this.barrier = Barrier.of(hands.coord(), NAME);
  }

  @Override
  public void step() throws InterruptedException {
    if (hands.client() == 0) {
      keep();
    } else {
      await();
    }
  }

  private void keep() throws InterruptedException {
    boolean held = act("hold", barrier::hold);
    boolean marked = hands.recorder().mark();
    if (held && marked) {
      hands.pauseUpTo(400);
      hands.recorder().mark();
    }
    act("release", barrier::release);
    hands.recorder().mark();
    hands.pauseUpTo(150);
  }

  /** What the keeper does. */
  private interface Doing {
    void run() throws InterruptedException;
  }

  private boolean act(String action, Doing doing) throws InterruptedException {
    return hands
        .recorder()
        .call(
            action,
            Map.of(),
            () -> {
              doing.run();
              return action;
            },
            done -> Map.of())
        .isPresent();
  }

  private void await() throws InterruptedException {
    hands.recorder().mark();
    Optional<Boolean> unused =
        hands
            .recorder()
            .call(
                "await",
                Map.of(),
                () -> barrier.await(PATIENCE),
                passed -> Map.of("passed", passed));
    hands.recorder().mark();
    hands.pauseUpTo(100);
  }
}
