package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.coord.it.torture.simulated.model.Ledger;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The bank on three real members that are killed, frozen and cut off while money moves. */
@EtcdTest(members = 3)
class BankIT {

  private static final int ACCOUNTS = 5;
  private static final long SUM = 500;
  private static final int WORKERS = 8;
  private static final int TRANSFERS_PER_PHASE = 100;
  private static final Duration BOUND = Duration.ofMinutes(1);

  private final EtcdCluster cluster;
  private final Ledger ledger = new Ledger(SUM);
  private final Map<String, Long> told = new ConcurrentHashMap<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  BankIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void bank_leaderKilled_everyTransferOnce() throws InterruptedException {
    everyTransferOnce(EtcdMember::kill, EtcdMember::restart);
  }

  @Test
  void bank_leaderFrozen_everyTransferOnceAndNoGhostOnThaw() throws InterruptedException {
    everyTransferOnce(EtcdMember::freeze, EtcdMember::thaw);
  }

  @Test
  void bank_answersOfTheLeaderLost_everyTransferOnce() throws InterruptedException {
    everyTransferOnce(
        member -> member.cutClients(ClientCut.REPLIES_LOST), EtcdMember::reconnectClients);
  }

  /** Before, during and after the fault money moves; nobody notices, but for the time it takes. */
  private void everyTransferOnce(Consumer<EtcdMember> fault, Consumer<EtcdMember> repair)
      throws InterruptedException {
    try (Coord auditor = Coord.connect(cluster.connectionString());
        Coord one = Coord.connect(cluster.connectionString());
        Coord two = Coord.connect(cluster.connectionString());
        Watch watch = watch(auditor)) {
      Stm.run(one, BankIT::open);
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        String name = "worker" + i;
        Coord coord = i % 2 == 0 ? one : two;
        workers.add(new Thread(() -> work(coord, name), name));
      }
      workers.forEach(Thread::start);
      try {
        awaitMoreTransfers();
        EtcdMember leader = cluster.awaitLeader(BOUND);
        fault.accept(leader);
        awaitMoreTransfers();
        repair.accept(leader);
        cluster.awaitHealthy(BOUND);
        awaitMoreTransfers();
      } finally {
        stopped = true;
        for (Thread worker : workers) {
          worker.join();
        }
      }
      assertThat(failure.get()).isNull();
      awaitLedger(Stm.run(auditor, BankIT::sum));
      assertThat(watch).isNotNull();
    }
  }

  /** The auditor's watch tells every revision; its store's thread does the book-keeping. */
  private Watch watch(Coord auditor) {
    return CoordRuntime.of(auditor)
        .store()
        .watch(
            KeyRange.prefix(Bytes.EMPTY),
            0,
            new WatchListener() {
              @Override
              public void onCreated(long revision) {}

              @Override
              public void onEvents(long revision, List<WatchEvent> events) {
                try {
                  byRevision(events).forEach(ledger::enter);
                } catch (AssertionError e) {
                  failure.compareAndSet(null, e);
                }
              }

              @Override
              public void onCompacted(long compactRevision) {
                failure.compareAndSet(null, new AssertionError("compacted " + compactRevision));
              }

              @Override
              public void onFailed(CoordException cause) {
                if (!stopped) {
                  failure.compareAndSet(null, cause);
                }
              }
            });
  }

  private static List<List<WatchEvent>> byRevision(List<WatchEvent> events) {
    List<List<WatchEvent>> revisions = new ArrayList<>();
    long last = 0;
    for (WatchEvent event : events) {
      if (event.kv().modRevision() != last) {
        last = event.kv().modRevision();
        revisions.add(new ArrayList<>());
      }
      revisions.get(revisions.size() - 1).add(event);
    }
    return revisions;
  }

  private void awaitMoreTransfers() {
    int before = told.size();
    await()
        .atMost(BOUND)
        .until(() -> failure.get() != null || told.size() >= before + TRANSFERS_PER_PHASE);
    assertThat(failure.get()).isNull();
  }

  /** The ledger has seen everything up to the audit, and each transfer where it was told to be. */
  private void awaitLedger(StmResult<Long> audit) {
    assertThat(audit.value()).isEqualTo(SUM);
    await()
        .atMost(BOUND)
        .untilAsserted(
            () ->
                told.forEach(
                    (transfer, revision) ->
                        assertThat(ledger.applied(transfer))
                            .as(transfer)
                            .containsExactly(revision)));
    assertThat(failure.get()).isNull();
    assertThat(ledger.names()).isEqualTo(told.size());
  }

  private void work(Coord coord, String name) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    StmOptions options = StmOptions.defaults().withMaxAttempts(10_000);
    try {
      for (int i = 0; !stopped; i++) {
        String transfer = name + "-" + i;
        int from = random.nextInt(ACCOUNTS);
        int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        StmResult<Long> result =
            Stm.run(
                coord,
                options,
                tx -> {
                  tx.put(Ledger.NAMES + name, transfer);
                  return moveHalf(tx, from, to);
                });
        told.put(transfer, result.revision());
      }
    } catch (RuntimeException | InterruptedException e) {
      failure.compareAndSet(null, e);
    }
  }

  private static Integer open(Transaction tx) {
    for (int i = 0; i < ACCOUNTS; i++) {
      tx.put(Ledger.ACCOUNTS + i, Long.toString(SUM / ACCOUNTS));
    }
    return ACCOUNTS;
  }

  private static long sum(Transaction tx) throws InterruptedException {
    long sum = 0;
    for (int i = 0; i < ACCOUNTS; i++) {
      sum += balance(tx, i);
    }
    return sum;
  }

  private static long moveHalf(Transaction tx, int from, int to) throws InterruptedException {
    long source = balance(tx, from);
    long target = balance(tx, to);
    long amount = source / 2;
    tx.put(Ledger.ACCOUNTS + from, Long.toString(source - amount));
    tx.put(Ledger.ACCOUNTS + to, Long.toString(target + amount));
    return amount;
  }

  private static long balance(Transaction tx, int account) throws InterruptedException {
    return Long.parseLong(tx.get(Ledger.ACCOUNTS + account).orElseThrow());
  }
}
