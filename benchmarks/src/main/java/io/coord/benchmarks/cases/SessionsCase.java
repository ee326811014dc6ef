package io.coord.benchmarks.cases;

import io.coord.benchmarks.Batch;
import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Footprint;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Window;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many sessions in one process: none may be lost, and they may cost neither threads nor much heap.
 * The operation whose rate and duration are shown is the opening of a session.
 */
public final class SessionsCase implements BenchCase {

  private static final int SESSIONS = 10_000;
  private static final int WARM_UP_SESSIONS = 500;
  private static final int CHECKED_AT_ONCE = 64;
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration HOLD = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(200);

  /** The time for which the sessions were only kept. */
  private record Holding(Window window, int mostThreads) {}

  @Override
  public String name() {
    return "sessions";
  }

  @Override
  public String summary() {
    return "--items sessions (10 000) of 10 s, kept for --hold (30s): lost ones, heap, threads,"
        + " CPU";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.ENDPOINTS, Flag.ITEMS, Flag.HOLD);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    int count = run.options().numberOr(Flag.ITEMS, SESSIONS);
    try (Coord coord = run.connect()) {
      for (int i = 0; i < WARM_UP_SESSIONS; i++) {
        coord.openSession(TTL).close();
      }
      Session first = coord.openSession(TTL);
      Footprint one = Footprint.now();
      measure(run, coord, first, one, count);
    }
  }

  private void measure(BenchRun run, Coord coord, Session first, Footprint one, int count)
      throws InterruptedException {
    List<Session> sessions = new ArrayList<>(count);
    sessions.add(first);
    Probe opening = new Probe();
    opening.open();
    while (sessions.size() < count) {
      long begunAt = System.nanoTime();
      sessions.add(coord.openSession(TTL));
      opening.ended(begunAt);
    }
    Window opened = opening.close();
    run.note(count + " sessions are open");
    Duration hold = run.options().timeOr(Flag.HOLD, HOLD);
    Holding held = hold(hold);
    Footprint all = Footprint.now();
    long lost = sessions.stream().filter(session -> !session.isActive()).count();
    long gone = goneOnTheServer(coord, sessions);
    double sessionSeconds = count * held.window().seconds();
    run.report(
        Measurement.of(name(), 1, opened, lost + gone)
            .with("sessions", count)
            .with("ttl_s", TTL.toSeconds())
            .with("held_s", held.window().seconds())
            .with("lost", lost)
            .with("gone_on_server", gone)
            .with("heap_idle_mib", one.heapMib())
            .with("heap_above_idle_mib", all.heapMib() - one.heapMib())
            .with("threads_one", one.threads())
            .with("threads_all", Math.max(held.mostThreads(), all.threads()))
            .with("cpu_us_per_session_s", held.window().cpuNanos() / 1e3 / sessionSeconds));
  }

  private static Holding hold(Duration length) throws InterruptedException {
    Probe probe = new Probe();
    probe.open();
    int most = 0;
    long begunAt = System.nanoTime();
    while (System.nanoTime() - begunAt < length.toNanos()) {
      Pause.of(LOOK);
      most = Math.max(most, Footprint.liveThreads());
    }
    return new Holding(probe.close(), most);
  }

  /** How many sessions that say they are alive have no lease. */
  private static long goneOnTheServer(Coord coord, List<Session> sessions)
      throws InterruptedException {
    Store store = CoordRuntime.of(coord).store();
    List<Session> alive = sessions.stream().filter(Session::isActive).toList();
    AtomicInteger gone = new AtomicInteger();
    Batch.run(
        alive.size(),
        CHECKED_AT_ONCE,
        new Probe(),
        i ->
            store
                .leaseStatus(alive.get(i).leaseId())
                .thenAccept(
                    status -> {
                      if (!status.exists()) {
                        gone.incrementAndGet();
                      }
                    }));
    return gone.get();
  }
}
