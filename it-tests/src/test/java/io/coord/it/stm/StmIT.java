package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.stm.UnknownOutcome;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Transactions on one real member. */
@EtcdTest
class StmIT {

  private static final Duration BOUND = Duration.ofSeconds(30);

  private final EtcdCluster cluster;

  StmIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  private Coord connect() throws InterruptedException {
    return Coord.connect(cluster.connectionString());
  }

  private static Integer increment(Transaction tx) throws InterruptedException {
    int next = Integer.parseInt(tx.get("counter").orElse("0")) + 1;
    tx.put("counter", Integer.toString(next));
    return next;
  }

  @Test
  void run_blocking_runsTheBodyOnTheCallersThread() throws InterruptedException {
    try (Coord coord = connect()) {
      StmResult<Thread> result =
          Stm.run(
              coord,
              tx -> {
                increment(tx);
                return Thread.currentThread();
              });

      assertThat(result.value()).isSameAs(Thread.currentThread());
      assertThat(result.revision()).isEqualTo(cluster.revision());
      assertThat(cluster.etcdctl("get", "counter", "--print-value-only").strip()).isEqualTo("1");
    }
  }

  @Test
  void run_bodyThrowsCheckedException_givesItAsItIs() throws InterruptedException {
    IOException own = new IOException("no");
    try (Coord coord = connect()) {
      assertThatThrownBy(
              () ->
                  Stm.run(
                      coord,
                      tx -> {
                        increment(tx);
                        throw own;
                      }))
          .isSameAs(own);
      assertThat(cluster.keyCount()).isZero();
    }
  }

  @Test
  void runAsync_blocking_runsOffTheCallersThreadAndCompletesThere()
      throws InterruptedException, ExecutionException, TimeoutException {
    try (Coord coord = connect()) {
      CompletableFuture<String> thread =
          Stm.runAsync(coord, StmIT::increment)
              .thenApply(result -> Thread.currentThread().getName());

      assertThat(thread.get(30, TimeUnit.SECONDS)).contains("-callback-");
    }
  }

  @Test
  void run_manyThreadsOnOneKey_countsEachOnce() throws InterruptedException {
    int threads = 16;
    int increments = 25;
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Coord one = connect();
        Coord two = connect()) {
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Coord coord = i % 2 == 0 ? one : two;
        workers.add(new Thread(() -> incrementOften(coord, increments, failure)));
      }
      workers.forEach(Thread::start);
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(Stm.run(one, tx -> tx.get("counter")).value())
          .contains(Integer.toString(threads * increments));
    }
  }

  private static void incrementOften(Coord coord, int times, AtomicReference<Throwable> failure) {
    try {
      for (int i = 0; i < times; i++) {
        Stm.run(coord, StmOptions.defaults().withMaxAttempts(1000), StmIT::increment);
      }
    } catch (RuntimeException | InterruptedException e) {
      failure.compareAndSet(null, e);
    }
  }

  @Test
  void close_afterTransactions_leavesOnlyTheirKeys() throws InterruptedException {
    try (Coord coord = connect()) {
      Stm.run(coord, StmIT::increment);
      Stm.run(coord, StmIT::increment);
      assertThat(cluster.keyCount()).as("the counter and one marker").isEqualTo(2);
      assertThat(cluster.leaseCount()).isEqualTo(1);
    }
    assertThat(cluster.keyCount()).isEqualTo(1);
    assertThat(cluster.leaseCount()).isZero();
  }

  @Test
  void close_whileABodyRuns_failsTheTransaction() throws InterruptedException {
    Coord coord = connect();
    CountDownLatch inBody = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<StmResult<Integer>> run =
        Stm.runAsync(
            coord,
            tx -> {
              inBody.countDown();
              closed.await();
              return increment(tx);
            });
    assertThat(inBody.await(30, TimeUnit.SECONDS)).isTrue();
    coord.close();
    closed.countDown();

    await().atMost(BOUND).until(run::isDone);
    assertThatThrownBy(run::join).cause().isInstanceOf(ClosedException.class);
  }

  @Test
  void run_afterClose_saysSo() throws InterruptedException {
    Coord coord = connect();
    coord.close();

    assertThatThrownBy(() -> Stm.run(coord, StmIT::increment)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> Stm.runAsync(coord, StmIT::increment).get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void interrupt_inTheBody_writesNothing() throws InterruptedException {
    try (Coord coord = connect()) {
      CountDownLatch inBody = new CountDownLatch(1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  Stm.run(
                      coord,
                      tx -> {
                        increment(tx);
                        inBody.countDown();
                        // Deaf to the interrupt: it must be seen all the same.
                        while (!Thread.currentThread().isInterrupted()) {
                          Thread.onSpinWait();
                        }
                        return 0;
                      });
                } catch (RuntimeException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      caller.start();
      assertThat(inBody.await(30, TimeUnit.SECONDS)).isTrue();

      caller.interrupt();
      caller.join(BOUND.toMillis());

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(cluster.keyCount()).isZero();
    }
  }

  @Test
  void interrupt_inAPause_endsTheCall() throws InterruptedException {
    try (Coord coord = connect();
        Coord other = connect()) {
      CountDownLatch twice = new CountDownLatch(2);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      StmOptions slow = StmOptions.defaults().withBackoff(Duration.ofHours(1), Duration.ofHours(1));
      Thread caller =
          new Thread(
              () -> {
                try {
                  Stm.run(
                      coord,
                      slow,
                      tx -> {
                        int next = increment(tx);
                        Stm.run(other, StmIT::increment);
                        twice.countDown();
                        return next;
                      });
                } catch (RuntimeException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      caller.start();
      assertThat(twice.await(30, TimeUnit.SECONDS)).isTrue();

      caller.interrupt();
      caller.join(BOUND.toMillis());

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      assertThat(Stm.run(other, tx -> tx.get("counter")).value()).contains("2");
    }
  }

  @Test
  void run_userMayNotWriteMarkers_isDeniedUnlessTheyAreSwitchedOff() throws InterruptedException {
    cluster.enableAuth("secret");
    cluster.etcdctl("role", "add", "counting");
    cluster.etcdctl("role", "grant-permission", "counting", "readwrite", "counter");
    cluster.etcdctl("user", "add", "ann:pass");
    cluster.etcdctl("user", "grant-role", "ann", "counting");
    try (Coord coord =
        Coord.builder()
            .endpoints(cluster.connectionString())
            .credentials("ann", "pass")
            .connect()) {
      assertThatThrownBy(() -> Stm.run(coord, StmIT::increment))
          .isInstanceOf(PermissionDeniedException.class);

      StmOptions unmarked = StmOptions.defaults().withUnknownOutcome(UnknownOutcome.REPORT);
      assertThat(Stm.run(coord, unmarked, StmIT::increment).value()).isEqualTo(1);

      cluster.etcdctl(
          "role", "grant-permission", "counting", "readwrite", "--prefix", "__coord/stm/");
      assertThat(Stm.run(coord, StmIT::increment).value()).isEqualTo(2);
    }
  }
}
