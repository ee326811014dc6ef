package io.coord.it.torture.real.fault;

import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Breaks members and mends them, one fault after the other. Each kind comes once before any comes
 * again, so that a run of a few minutes has made all of them. When it returns all are mended.
 */
public final class MemberFaults {

  private static final List<ClientCut> CUTS = List.of(ClientCut.values());
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final EtcdCluster cluster;
  private final FaultLog log;
  private final Random random;
  private final List<Kind> kinds;

  /** A kind of fault. */
  private enum Kind {
    KILL,
    KILL_LEADER,
    KILL_ALL,
    STOP,
    FREEZE,
    FREEZE_LEADER,
    ISOLATE,
    ISOLATE_LEADER,
    CUT,
    CUT_ALL,
    SLOW,
    COMPACT,
    MOVE_LEADER
  }

  /** Breaks a cluster. */
  public MemberFaults(EtcdCluster cluster, FaultLog log, Random random) {
    this.cluster = cluster;
    this.log = log;
    this.random = random;
    this.kinds = new ArrayList<>();
  }

  /** Makes one fault, and mends it. */
  public void next() throws InterruptedException {
    if (kinds.isEmpty()) {
      kinds.addAll(List.of(Kind.values()));
      Collections.shuffle(kinds, random);
    }
    make(kinds.remove(kinds.size() - 1));
    cluster.heal();
  }

  private void make(Kind kind) throws InterruptedException {
    boolean alone = cluster.members().size() == 1;
    switch (kind) {
      case KILL -> kill(any());
      case KILL_LEADER -> kill(leader());
      case KILL_ALL -> killAll();
      case STOP -> stop(any());
      case FREEZE -> freeze(any());
      case FREEZE_LEADER -> freeze(leader());
      case ISOLATE -> {
        if (!alone) {
          isolate(any());
        }
      }
      case ISOLATE_LEADER -> {
        if (!alone) {
          isolate(leader());
        }
      }
      case CUT -> cut(any());
      case CUT_ALL -> cutAll();
      case SLOW -> slow(any());
      case COMPACT -> compact();
      case MOVE_LEADER -> {
        if (!alone) {
          moveLeader();
        }
      }
    }
  }

  private EtcdMember any() {
    return cluster.member(random.nextInt(cluster.members().size()));
  }

  private EtcdMember leader() {
    return cluster.awaitLeader(LIMIT);
  }

  private static String name(EtcdMember member) {
    return "m" + member.index();
  }

  private void lasts(int fromMillis, int toMillis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(fromMillis + random.nextInt(toMillis - fromMillis));
  }

  private void kill(EtcdMember member) throws InterruptedException {
    log.during(
        "kill",
        name(member),
        () -> {
          member.kill();
          lasts(500, 8_000);
          member.restart();
        });
  }

  private void killAll() throws InterruptedException {
    log.during(
        "kill",
        "all",
        () -> {
          cluster.members().forEach(EtcdMember::kill);
          lasts(200, 3_000);
          cluster.members().forEach(EtcdMember::restart);
          cluster.awaitHealthy(LIMIT);
        });
  }

  private void stop(EtcdMember member) throws InterruptedException {
    log.during(
        "restart",
        name(member),
        () -> {
          member.stop();
          lasts(100, 2_000);
          member.restart();
        });
  }

  private void freeze(EtcdMember member) throws InterruptedException {
    log.during(
        "freeze",
        name(member),
        () -> {
          member.freeze();
          lasts(500, 8_000);
          member.thaw();
        });
  }

  private void isolate(EtcdMember member) throws InterruptedException {
    log.during(
        "isolate",
        name(member),
        () -> {
          member.isolate();
          lasts(1_000, 8_000);
          member.rejoin();
        });
  }

  private void cut(EtcdMember member) throws InterruptedException {
    ClientCut how = how();
    log.during(
        "cut " + word(how),
        name(member),
        () -> {
          member.cutClients(how);
          lasts(1_000, 8_000);
          member.reconnectClients();
        });
  }

  private void cutAll() throws InterruptedException {
    ClientCut how = how();
    log.during(
        "cut " + word(how),
        "all",
        () -> {
          cluster.members().forEach(member -> member.cutClients(how));
          lasts(500, 8_000);
          cluster.members().forEach(EtcdMember::reconnectClients);
        });
  }

  private ClientCut how() {
    return CUTS.get(random.nextInt(CUTS.size()));
  }

  private static String word(ClientCut how) {
    return how.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void slow(EtcdMember member) throws InterruptedException {
    log.during(
        "slow",
        name(member),
        () -> {
          member.delayClients(Duration.ofMillis(20 + random.nextInt(300)));
          lasts(1_000, 5_000);
          member.delayClients(Duration.ZERO);
        });
  }

  private void compact() throws InterruptedException {
    log.during("compact", "all", cluster::compact);
  }

  private void moveLeader() throws InterruptedException {
    List<EtcdMember> followers = cluster.followers();
    EtcdMember next = followers.get(random.nextInt(followers.size()));
    log.during("move leader", name(next), () -> cluster.moveLeader(next));
  }
}
