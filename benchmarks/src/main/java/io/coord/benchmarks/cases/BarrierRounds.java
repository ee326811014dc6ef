package io.coord.benchmarks.cases;

import io.coord.barriers.Barrier;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.WorkerThreads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Waiting for a barrier's release. */
final class BarrierRounds implements Rounds {

  private final WorkerThreads threads;
  private final Barrier barrier;
  private final int waiters;

  BarrierRounds(Crew crew) {
    this.threads = crew.threads();
    this.barrier = Barrier.of(crew.connection(), crew.name("barrier"));
    this.waiters = crew.sessions().size();
  }

  @Override
  public Round next(Duration standing) throws InterruptedException {
    barrier.hold();
    AtomicBoolean released = new AtomicBoolean();
    AtomicLong tooEarly = new AtomicLong();
    Crowd crowd =
        Crowd.begin(
            threads,
            0,
            waiters,
            waiter -> {
              barrier.await();
              tooEarly.addAndGet(released.get() ? 0 : 1);
            });
    Pause.of(standing);
    released.set(true);
    long calledAt = System.nanoTime();
    barrier.release();
    return new Round(crowd.lastReturn() - calledAt, tooEarly.get());
  }
}
