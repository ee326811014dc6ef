package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads of one revision on real members that lag, and guards that real etcd must understand. */
@EtcdTest(members = 3)
class StmIsolationIT {

  private static final Duration BOUND = Duration.ofSeconds(30);

  private final EtcdCluster cluster;

  StmIsolationIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void reads_onlyALaggingMemberLeft_waitForItAndAreOfOneRevision() throws InterruptedException {
    EtcdMember lagging = cluster.followers().get(0);
    List<EtcdMember> others =
        cluster.members().stream().filter(member -> member != lagging).toList();
    try (Coord coord = Coord.connect(cluster.connectionString())) {
      Stm.run(coord, tx -> put(tx, "old"));
      lagging.isolate();
      Stm.run(coord, tx -> put(tx, "new"));

      StmResult<String> result =
          Stm.run(
              coord,
              tx -> {
                String a = tx.get("a").orElseThrow();
                others.forEach(member -> member.cutClients(ClientCut.REFUSED));
                CompletableFuture<Void> healed =
                    CompletableFuture.runAsync(
                        lagging::rejoin,
                        CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
                String b = tx.get("b").orElseThrow();
                healed.join();
                return a + " " + b;
              });

      assertThat(result.value()).isEqualTo("new new");
      assertThat(result.attempts()).isEqualTo(1);
    } finally {
      others.forEach(EtcdMember::reconnectClients);
      cluster.awaitHealthy(BOUND);
    }
  }

  private static String put(Transaction tx, String value) {
    tx.put("a", value);
    tx.put("b", value);
    return value;
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZABLE_SNAPSHOT", "SERIALIZABLE"})
  void range_insertedIntoAndDeletedFrom_runsAgainEachTime(Isolation level)
      throws InterruptedException {
    StmOptions options = StmOptions.defaults().withIsolation(level);
    try (Coord coord = Coord.connect(cluster.connectionString());
        Coord other = Coord.connect(cluster.connectionString())) {
      AtomicInteger attempts = new AtomicInteger();
      StmResult<String> result =
          Stm.run(
              coord,
              options,
              tx -> {
                String found = tx.getRange("list/").keySet().toString();
                switch (attempts.incrementAndGet()) {
                  case 1 -> Stm.run(other, change -> insert(change, "list/1", "list/2"));
                  case 2 -> Stm.run(other, change -> remove(change, "list/1"));
                  case 3 -> Stm.run(other, change -> insert(change, "list/2"));
                  default -> Stm.run(other, change -> insert(change, "list0"));
                }
                tx.put("found", found);
                return found;
              });

      assertThat(result.attempts()).isEqualTo(4);
      assertThat(result.value()).isEqualTo("[list/2]");
    }
  }

  private static int insert(Transaction tx, String... keys) {
    for (String key : keys) {
      tx.put(key, "");
    }
    return keys.length;
  }

  private static int remove(Transaction tx, String key) {
    tx.delete(key);
    return 1;
  }

  @Test
  void repeatableReads_onlyReading_isCheckedAtTheEnd() throws InterruptedException {
    StmOptions options = StmOptions.defaults().withIsolation(Isolation.REPEATABLE_READS);
    try (Coord coord = Coord.connect(cluster.connectionString());
        Coord other = Coord.connect(cluster.connectionString())) {
      Stm.run(coord, tx -> put(tx, "old"));
      AtomicInteger attempts = new AtomicInteger();

      StmResult<String> result =
          Stm.run(
              coord,
              options,
              tx -> {
                String a = tx.get("a").orElseThrow();
                if (attempts.incrementAndGet() == 1) {
                  Stm.run(other, change -> put(change, "new"));
                }
                return a + " " + tx.get("b").orElseThrow();
              });

      assertThat(result.value()).isEqualTo("new new");
      assertThat(result.attempts()).isEqualTo(2);
    }
  }
}
