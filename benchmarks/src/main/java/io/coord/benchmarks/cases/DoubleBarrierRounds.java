package io.coord.benchmarks.cases;

import io.coord.barriers.DoubleBarrier;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.WorkerThreads;
import io.coord.core.internal.Futures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Entering a double barrier, which the last one completes, and leaving it, all at once. */
final class DoubleBarrierRounds implements Rounds {

  /** What counts. */
  private enum Phase {
    ENTER,
    LEAVE
  }

  private final Phase counted;
  private final WorkerThreads threads;
  private final List<DoubleBarrier> members;

  private DoubleBarrierRounds(Crew crew, Phase counted) {
    int count = crew.sessions().size();
    this.counted = counted;
    this.threads = crew.threads();
    this.members =
        crew.sessions().stream()
            .map(session -> DoubleBarrier.of(session, crew.name("barrier"), count))
            .toList();
  }

  static DoubleBarrierRounds entering(Crew crew) {
    return new DoubleBarrierRounds(crew, Phase.ENTER);
  }

  static DoubleBarrierRounds leaving(Crew crew) {
    return new DoubleBarrierRounds(crew, Phase.LEAVE);
  }

  @Override
  public Round next(Duration standing) throws InterruptedException {
    AtomicLong tooEarly = new AtomicLong();
    long entered = enter(tooEarly, standing);
    long left = leave(tooEarly);
    return new Round(counted == Phase.ENTER ? entered : left, tooEarly.get());
  }

  /** All but one stand there, then that one comes. */
  private long enter(AtomicLong tooEarly, Duration standing) throws InterruptedException {
    AtomicInteger called = new AtomicInteger();
    Crowd others =
        Crowd.begin(
            threads,
            1,
            members.size(),
            member -> {
              called.incrementAndGet();
              members.get(member).enter();
              tooEarly.addAndGet(called.get() == members.size() ? 0 : 1);
            });
    Pause.of(standing);
    called.incrementAndGet();
    long calledAt = System.nanoTime();
    members.get(0).enter();
    long lastOne = System.nanoTime() - calledAt;
    return Math.max(lastOne, others.lastReturn() - calledAt);
  }

  /**
   * All wait for one future: those whom it wakes help it to wake the others, so that the last one
   * calls soon after the first. A latch wakes them one by one, which takes 64 threads 2 ms.
   */
  private long leave(AtomicLong tooEarly) throws InterruptedException {
    CompletableFuture<Void> together = new CompletableFuture<>();
    AtomicInteger called = new AtomicInteger();
    Crowd all =
        Crowd.begin(
            threads,
            0,
            members.size(),
            member -> {
              Futures.await(together);
              called.incrementAndGet();
              members.get(member).leave();
              tooEarly.addAndGet(called.get() == members.size() ? 0 : 1);
            });
    long calledAt = System.nanoTime();
    together.complete(null);
    return all.lastReturn() - calledAt;
  }
}
