package io.coord.it.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The line on three real members. */
@EtcdTest(members = 3)
class LineIT {

  private static final Bytes PREFIX = Bytes.utf8("line/");
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final EtcdCluster cluster;
  private final List<Coord> coords = new ArrayList<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();

  LineIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @AfterEach
  void close() throws InterruptedException {
    workers.shutdownNow();
    assertThat(workers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    coords.forEach(Coord::close);
  }

  private LeaseSession session() throws InterruptedException {
    Coord coord = Coord.connect(cluster.connectionString());
    coords.add(coord);
    return (LeaseSession) coord.openSession(TTL);
  }

  private static Ticket join(LeaseSession session) {
    return session
        .runtime()
        .lines()
        .join(PREFIX, Admission.FIRST, PREFIX, session, Bytes.EMPTY, Handover.AT_ONCE);
  }

  private static Grant granted(Ticket ticket) throws Exception {
    return ticket.granted().get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private long keysInLine() {
    return cluster
        .etcdctl("get", "--prefix", "--keys-only", "line/")
        .lines()
        .filter(line -> !line.isBlank())
        .count();
  }

  /** Workers that hold in turn and check that they are alone, and that tokens rise. */
  private final class Contest {

    private final AtomicReference<Ticket> holder = new AtomicReference<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final AtomicInteger held = new AtomicInteger();

    Future<?> worker(LeaseSession session, int rounds) {
      return workers.submit(
          () -> {
            for (int i = 0; i < rounds; i++) {
              Ticket ticket = join(session);
              long token = granted(ticket).entry().createRevision();
              assertThat(holder.compareAndExchange(null, ticket)).isNull();
              assertThat(lastToken.getAndSet(token)).isLessThan(token);
              held.incrementAndGet();
              holder.set(null);
              ticket.leave().get(BOUND.toSeconds(), TimeUnit.SECONDS);
            }
            return null;
          });
    }
  }

  @Test
  void line_manyWorkersOfSeveralConnections_excludeEachOther() throws Exception {
    Contest contest = new Contest();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      LeaseSession session = session();
      for (int j = 0; j < 4; j++) {
        running.add(contest.worker(session, 20));
      }
    }
    for (Future<?> worker : running) {
      worker.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    assertThat(contest.held).hasValue(240);
    assertThat(keysInLine()).isZero();
  }

  @Test
  void line_membersKilledAndFrozenMeanwhile_losesNobody() throws Exception {
    Contest contest = new Contest();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      running.add(contest.worker(session(), 150));
    }
    for (EtcdMember member : cluster.members()) {
      int before = contest.held.get();
      member.freeze();
      await().atMost(BOUND).until(() -> progressed(contest, before, running));
      member.thaw();
      int frozen = contest.held.get();
      member.kill();
      await().atMost(BOUND).until(() -> progressed(contest, frozen, running));
      member.restart();
      cluster.awaitHealthy(BOUND);
    }
    for (Future<?> worker : running) {
      worker.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    }

    assertThat(contest.held).hasValue(450);
    assertThat(keysInLine()).isZero();
  }

  private static boolean progressed(Contest contest, int before, List<Future<?>> running) {
    return contest.held.get() > before + 10 || running.stream().allMatch(Future::isDone);
  }

  @Test
  void line_allMembersRestartWhileSomebodyHolds_goesOn() throws Exception {
    Ticket holder = join(session());
    granted(holder);
    Ticket waiter = join(session());
    cluster.members().forEach(EtcdMember::kill);
    cluster.members().forEach(EtcdMember::restart);
    cluster.awaitHealthy(BOUND);
    holder.leave();
    granted(waiter);

    assertThat(waiter.isHeld()).isTrue();
    assertThat(holder.isHeld()).isFalse();
  }

  @Test
  void line_compactedWhileSomebodyWaits_goesOn() throws Exception {
    Ticket holder = join(session());
    granted(holder);
    Ticket waiter = join(session());
    for (int i = 0; i < 3; i++) {
      cluster.etcdctl("put", "other", "value" + i);
      cluster.compact();
    }
    holder.leave();
    granted(waiter);
  }

  @Test
  void line_strangersKeyBeforeUs_isWaitedFor() throws Exception {
    cluster.etcdctl("put", "line/stranger", "by hand");
    Ticket ticket = join(session());
    await().during(Duration.ofSeconds(1)).until(() -> !ticket.granted().isDone());
    cluster.etcdctl("del", "line/stranger");
    granted(ticket);
  }

  @Test
  void holder_keyDeletedByHand_learnsIt() throws Exception {
    Ticket holder = join(session());
    granted(holder);
    cluster.etcdctl("del", holder.key().utf8());

    assertThat(holder.lost()).succeedsWithin(BOUND);
    assertThat(holder.isHeld()).isFalse();
  }

  @Test
  void waiters_thousandOfOneConnection_needNoMoreThreads() throws Exception {
    LeaseSession session = session();
    Ticket holder = join(session);
    granted(holder);
    int threads = Thread.activeCount();
    List<Ticket> waiting = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      waiting.add(join(session));
    }
    await().atMost(BOUND).until(() -> keysInLine() == 1_001);

    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
    holder.leave();
    for (Ticket ticket : waiting) {
      ticket.granted().thenAccept(grant -> ticket.leave());
    }
    await().atMost(BOUND).until(() -> keysInLine() == 0);
  }
}
