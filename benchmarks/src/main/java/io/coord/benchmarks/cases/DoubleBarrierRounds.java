package io.coord.benchmarks.cases;

import io.coord.barriers.DoubleBarrier;
import io.coord.benchmarks.Pause;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
  private final List<DoubleBarrier> members;

  private DoubleBarrierRounds(Crew crew, Phase counted) {
    int count = crew.sessions().size();
    this.counted = counted;
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
  public Round next() throws InterruptedException {
    AtomicLong tooEarly = new AtomicLong();
    long entered = enter(tooEarly);
    long left = leave(tooEarly);
    return new Round(counted == Phase.ENTER ? entered : left, tooEarly.get());
  }

  /** All but one stand there, then that one comes. */
  private long enter(AtomicLong tooEarly) throws InterruptedException {
    AtomicInteger called = new AtomicInteger();
    Crowd others =
        Crowd.begin(
            1,
            members.size(),
            member -> {
              called.incrementAndGet();
              members.get(member).enter();
              tooEarly.addAndGet(called.get() == members.size() ? 0 : 1);
            });
    Pause.of(STANDING);
    called.incrementAndGet();
    long calledAt = System.nanoTime();
    members.get(0).enter();
    long lastOne = System.nanoTime() - calledAt;
    return Math.max(lastOne, others.lastReturn() - calledAt);
  }

  private long leave(AtomicLong tooEarly) throws InterruptedException {
    CountDownLatch together = new CountDownLatch(1);
    AtomicInteger called = new AtomicInteger();
    Crowd all =
        Crowd.begin(
            0,
            members.size(),
            member -> {
              together.await();
              called.incrementAndGet();
              members.get(member).leave();
              tooEarly.addAndGet(called.get() == members.size() ? 0 : 1);
            });
    long calledAt = System.nanoTime();
    together.countDown();
    return all.lastReturn() - calledAt;
  }
}
