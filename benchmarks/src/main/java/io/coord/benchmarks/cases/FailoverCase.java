package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchCase;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Flag;
import io.coord.benchmarks.Measurement;
import io.coord.benchmarks.Spread;
import io.coord.benchmarks.cases.FailoverTrial.Fault;
import io.coord.benchmarks.cases.FailoverTrial.Outcome;
import io.coord.benchmarks.cases.FailoverTrial.Role;
import io.coord.testkit.EtcdBackend;
import io.coord.testkit.EtcdCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How long a client goes without an answer when the member that serves it is killed or frozen.
 * Where that is the leader, the others have to elect a new one first, which etcd begins after an
 * election timeout of 1 to 2 s.
 */
public final class FailoverCase implements BenchCase {

  private static final int ROUNDS = 3;
  private static final Duration HEALTHY_LIMIT = Duration.ofSeconds(60);
  private static final double NANOS_PER_MILLI = 1e6;

  @Override
  public String name() {
    return "failover";
  }

  @Override
  public String summary() {
    return "a put every 5 ms on three members of its own; the one in use is killed or frozen,"
        + " --rounds times (3)";
  }

  @Override
  public Set<Flag> flags() {
    return EnumSet.of(Flag.SECONDS, Flag.WARMUP, Flag.ROUNDS);
  }

  @Override
  public void run(BenchRun run) throws InterruptedException {
    run.note("starting three etcd members");
    try (EtcdCluster cluster =
        EtcdCluster.builder().members(3).backend(EtcdBackend.PROCESS).start()) {
      for (Role role : Role.values()) {
        for (Fault fault : Fault.values()) {
          measure(run, cluster, role, fault);
        }
      }
    }
  }

  private void measure(BenchRun run, EtcdCluster cluster, Role role, Fault fault)
      throws InterruptedException {
    String situation = (role + "-" + fault).toLowerCase(Locale.ROOT);
    List<Outcome> outcomes = new ArrayList<>();
    int rounds = run.options().numberOr(Flag.ROUNDS, ROUNDS);
    for (int i = 1; i <= rounds; i++) {
      cluster.heal();
      cluster.awaitHealthy(HEALTHY_LIMIT);
      Outcome outcome = new FailoverTrial(cluster, role, fault).run(run);
      outcomes.add(outcome);
      run.note(
          String.format(
              "%s, round %d of %d: longest gap %.0f ms, %d failed",
              situation, i, rounds, gapMillis(outcome), outcome.failed()));
    }
    run.report(summary("failover-" + situation, outcomes));
  }

  private static Measurement summary(String caseName, List<Outcome> outcomes) {
    Spread<Outcome> gaps = Spread.of(outcomes, FailoverCase::gapMillis);
    long failed = outcomes.stream().mapToLong(Outcome::failed).sum();
    long missing = outcomes.stream().mapToLong(Outcome::missing).sum();
    return Measurement.of(caseName, 1, gaps.median().window(), failed + missing)
        .with("longest_gap_ms", gaps.greatest())
        .with("longest_gap_ms_median", gaps.medianValue())
        .with("longest_gap_ms_min", gaps.least())
        .with("failed", failed)
        .with("missing", missing);
  }

  private static double gapMillis(Outcome outcome) {
    return outcome.longestGap().toNanos() / NANOS_PER_MILLI;
  }
}
