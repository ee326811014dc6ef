package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.Plan.Result;
import io.coord.it.torture.simulated.Shrinking.Failure;
import io.coord.it.torture.simulated.model.Violation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs primitives on the simulated store, one seed after another on all cores, until a rule is
 * broken; then it looks for the shortest history that breaks it.
 *
 * @param runs how many runs
 * @param firstSeed the seed of the first; each further run has the next one
 * @param primitives what is tried, in turns
 */
public record SimulatedTorture(int runs, long firstSeed, List<Primitive> primitives) {

  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);

  /** How much of a history is printed at most. */
  private static final int SHOWN_LINES = 400;

  /** What was asked for makes sense. */
  public SimulatedTorture {
    if (runs < 1) {
      throw new IllegalArgumentException("the number of runs is " + runs + "; expected 1 or more");
    }
    primitives = List.copyOf(primitives);
    if (primitives.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to try; expected a primitive");
    }
  }

  /**
   * Runs, and prints the progress and what was found.
   *
   * @return the violation, if a rule was broken
   * @throws InterruptedException when interrupted; the runs under way end first
   */
  public Optional<Violation> run(PrintWriter out) throws InterruptedException {
    Runs running = new Runs();
    List<Thread> threads = running.start();
    try {
      running.report(out, threads);
    } finally {
      running.stop();
    }
    Failure failure = running.failure.get();
    if (failure != null) {
      print(out, failure);
      return failure.result().violation();
    }
    return Optional.empty();
  }

  /** All that runs at the same time. */
  private final class Runs {

    private final long began = System.nanoTime();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong events = new AtomicLong();
    private final AtomicReference<Failure> failure = new AtomicReference<>();
    private volatile boolean over;

    List<Thread> start() {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        Thread thread = new Thread(this::work, "torture-" + i);
        thread.start();
        threads.add(thread);
      }
      return threads;
    }

    private void work() {
      for (int run = next.getAndIncrement(); run < runs && !over; run = next.getAndIncrement()) {
        Plan plan = Plan.of(firstSeed + run, primitives);
        Result result = plan.run();
        if (result.violation().isPresent()) {
          Failure found = new Failure(plan, result);
          failure.accumulateAndGet(found, Runs::earlier);
          over = true;
        }
        tried.addAndGet(result.tried());
        events.addAndGet(result.etcd().events());
        done.incrementAndGet();
      }
    }

    /** Of those found at the same time, that of the lowest seed. */
    private static Failure earlier(@Nullable Failure known, Failure found) {
      return known != null && known.plan().seed() < found.plan().seed() ? known : found;
    }

    void report(PrintWriter out, List<Thread> threads) throws InterruptedException {
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          thread.join(BETWEEN_REPORTS.toMillis());
          if (thread.isAlive()) {
            line(out);
          }
        }
      }
      line(out);
    }

    private void line(PrintWriter out) {
      double seconds = (System.nanoTime() - began) / 1e9;
      out.printf(
          Locale.ROOT,
          "%,d of %,d runs in %.1f s, %,.0f a second; %,d grants, values and transactions,"
              + " %,d events%n",
          done.get(),
          runs,
          seconds,
          done.get() / seconds,
          tried.get(),
          events.get());
      out.flush();
    }

    void stop() {
      over = true;
    }
  }

  private static void print(PrintWriter out, Failure failure) {
    out.println("A rule was broken. " + failure.plan());
    out.println(failure.result().violation().orElseThrow().getMessage());
    out.println("Looking for a shorter history that breaks the same rule ...");
    out.flush();
    Failure shortest = Shrinking.shortest(failure);
    List<String> lines = shortest.result().history().lines().toList();
    int from = Math.max(0, lines.size() - SHOWN_LINES);
    out.println("The shortest history found has " + lines.size() + " lines. " + shortest.plan());
    lines.subList(from, lines.size()).forEach(out::println);
    out.println(shortest.result().violation().orElseThrow().getMessage());
    out.println(
        "Again: coord torture --simulated --runs 1 --only "
            + failure.plan().primitive()
            + " --seed "
            + failure.plan().seed());
    out.flush();
  }
}
