package io.coord.benchmarks.cases;

import io.coord.benchmarks.BenchException;
import io.coord.benchmarks.BenchRun;
import io.coord.benchmarks.Pause;
import io.coord.benchmarks.Probe;
import io.coord.benchmarks.Scratch;
import io.coord.benchmarks.Window;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import java.time.Duration;
import java.util.List;

/** One fault, at the member that serves the client. */
final class FailoverTrial {

  /** What befalls the member. */
  enum Fault {
    KILLED {
      @Override
      void strike(EtcdMember member) {
        member.kill();
      }
    },
    FROZEN {
      @Override
      void strike(EtcdMember member) {
        member.freeze();
      }
    };

    abstract void strike(EtcdMember member);
  }

  /** Which member it is. */
  enum Role {
    FOLLOWER,
    LEADER
  }

  /**
   * What it came to.
   *
   * @param longestGap between successful answers, from before the fault on
   * @param failed how many puts failed
   * @param missing how many puts were answered, but are not there
   */
  record Outcome(Window window, Duration longestGap, long failed, long missing) {}

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration BEFORE = Duration.ofSeconds(1);
  private static final int ATTEMPTS_TO_BE_SERVED_BY_THE_LEADER = 20;

  private final EtcdCluster cluster;
  private final Role role;
  private final Fault fault;
  private final MemberInUse inUse = new MemberInUse();

  FailoverTrial(EtcdCluster cluster, Role role, Fault fault) {
    this.cluster = cluster;
    this.role = role;
    this.fault = fault;
  }

  /** Needs a healthy cluster, and leaves it broken. */
  Outcome run(BenchRun run) throws InterruptedException {
    try (Coord coord = run.connect(endpoints());
        Scratch scratch = Scratch.in(coord)) {
      Store store = CoordRuntime.of(coord).store();
      AnswerLog log = new AnswerLog();
      Probe probe = new Probe();
      try (PacedPuts puts = new PacedPuts(store, scratch, log, probe)) {
        puts.begin();
        Pause.of(run.options().warmup());
        EtcdMember victim = victim();
        probe.open();
        log.watchGapsFromNow();
        Pause.of(BEFORE);
        fault.strike(victim);
        Pause.of(run.options().measured());
        Duration longestGap = log.longestGap();
        Window window = probe.close();
        puts.end();
        long found =
            Futures.await(store.range(RangeRequest.of(scratch.range()).countOnly())).count();
        return new Outcome(
            window, longestGap, log.failures(), Math.max(0, log.successes() - found));
      }
    }
  }

  /** Only the followers, where one of them is to serve: a client prefers the leader. */
  private List<String> endpoints() {
    return switch (role) {
      case FOLLOWER -> cluster.followers().stream().map(EtcdMember::endpoint).toList();
      case LEADER -> cluster.endpoints();
    };
  }

  /** The member that serves the client; it is made the leader where it is to be that. */
  private EtcdMember victim() throws InterruptedException {
    for (int i = 0; i < ATTEMPTS_TO_BE_SERVED_BY_THE_LEADER; i++) {
      EtcdMember serving = inUse.among(cluster.members());
      EtcdMember leader = cluster.awaitLeader(LIMIT);
      if ((role == Role.LEADER) == (serving == leader)) {
        return serving;
      }
      cluster.moveLeader(role == Role.LEADER ? serving : otherThan(serving));
    }
    throw new BenchException("the client did not come to be served by a " + role);
  }

  private EtcdMember otherThan(EtcdMember member) {
    return cluster.members().stream().filter(other -> other != member).findFirst().orElseThrow();
  }
}
