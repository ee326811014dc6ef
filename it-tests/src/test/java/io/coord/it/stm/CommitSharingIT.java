package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.RangeRequest;
import io.coord.it.torture.simulated.model.Replay;
import io.coord.it.torture.simulated.model.Replay.Log;
import io.coord.stm.CommitSharing;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.Transaction;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Many threads on few keys of a real member, on connections that share commits and one not. */
@EtcdTest
class CommitSharingIT {

  private static final int THREADS_OF_EACH = 12;
  private static final int TRANSACTIONS = 60;
  private static final int KEYS = 6;

  private final EtcdCluster cluster;
  private final Replay replay = new Replay();

  CommitSharingIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void shared_manyThreadsOnFewKeys_isTheSameAsOneAfterAnother()
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutorService threads = Executors.newFixedThreadPool(2 * THREADS_OF_EACH + 2);
    try (Coord one = Coord.connect(cluster.connectionString());
        Coord two = Coord.connect(cluster.connectionString())) {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < THREADS_OF_EACH; i++) {
        long seed = i;
        workers.add(threads.submit(() -> work(one, CommitSharing.ALLOWED, seed)));
        workers.add(threads.submit(() -> work(two, CommitSharing.ALLOWED, 100 + seed)));
      }
      workers.add(threads.submit(() -> work(one, CommitSharing.NEVER, 200)));
      workers.add(threads.submit(() -> work(two, CommitSharing.NEVER, 201)));
      for (Future<Integer> worker : workers) {
        assertThat(worker.get(2, TimeUnit.MINUTES)).isEqualTo(TRANSACTIONS);
      }

      assertThat(replay.size()).isEqualTo(workers.size() * TRANSACTIONS);
      assertThat(replay.commits()).as("some have shared a commit").isLessThan(replay.size());
      assertThat(replay.check(Map.of())).isEqualTo(stored(one));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shared_oneMayNotWriteItsKey_onlyThatOneIsDenied()
      throws InterruptedException, ExecutionException, TimeoutException {
    cluster.enableAuth("secret");
    cluster.etcdctl("role", "add", "counting");
    cluster.etcdctl("role", "grant-permission", "counting", "readwrite", "counter");
    cluster.etcdctl(
        "role", "grant-permission", "counting", "readwrite", "--prefix", "__coord/stm/");
    cluster.etcdctl("user", "add", "ann:pass");
    cluster.etcdctl("user", "grant-role", "ann", "counting");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Coord coord =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .credentials("ann", "pass")
            .connect()) {
      List<Future<Integer>> workers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        workers.add(threads.submit(() -> count(coord)));
      }
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> Stm.run(coord, tx -> trespass(tx)))
            .isInstanceOf(PermissionDeniedException.class);
      }
      for (Future<Integer> worker : workers) {
        assertThat(worker.get(2, TimeUnit.MINUTES)).isEqualTo(TRANSACTIONS);
      }
      assertThat(Stm.run(coord, tx -> tx.get("counter")).value())
          .contains(Integer.toString(6 * TRANSACTIONS));
    } finally {
      threads.shutdownNow();
    }
  }

  private static int count(Coord coord) throws InterruptedException {
    StmOptions options = StmOptions.defaults().withMaxAttempts(100_000);
    int done = 0;
    for (; done < TRANSACTIONS; done++) {
      Stm.run(
          coord,
          options,
          tx -> {
            int next = Integer.parseInt(tx.get("counter").orElse("0")) + 1;
            tx.put("counter", Integer.toString(next));
            return next;
          });
    }
    return done;
  }

  private static int trespass(Transaction tx) throws InterruptedException {
    tx.put("forbidden", tx.get("counter").orElse("0"));
    return 0;
  }

  private int work(Coord coord, CommitSharing sharing, long seed) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    StmOptions options = StmOptions.defaults().withMaxAttempts(100_000).withCommitSharing(sharing);
    int done = 0;
    for (; done < TRANSACTIONS; done++) {
      long plan = random.nextLong();
      replay.note(Stm.run(coord, options, tx -> body(tx, new SplittableRandom(plan))));
    }
    return done;
  }

  /** Mostly reads and writes the same keys; each value tells what was read before it. */
  private static Log body(Transaction tx, SplittableRandom random) throws InterruptedException {
    Log log = new Log();
    int seen = 0;
    int steps = 1 + random.nextInt(5);
    for (int i = 0; i < steps; i++) {
      String key = "key" + random.nextInt(KEYS);
      seen = 31 * seen + log.get(tx, key).orElse("-").hashCode();
      if (random.nextInt(3) > 0) {
        log.put(tx, key, Integer.toHexString(seen + random.nextInt(1000)));
      } else if (random.nextInt(6) == 0) {
        log.delete(tx, key);
      }
    }
    return log;
  }

  private static Map<String, String> stored(Coord coord) {
    Map<String, String> stored = new HashMap<>();
    CoordRuntime.of(coord)
        .store()
        .range(RangeRequest.of(KeyRange.prefix(Bytes.utf8("key"))))
        .join()
        .kvs()
        .forEach(kv -> stored.put(kv.key().utf8(), kv.value().utf8()));
    return stored;
  }
}
