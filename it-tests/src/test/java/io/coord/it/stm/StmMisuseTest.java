package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.testkit.sim.RequestKind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Transactions that are given up, used wrongly, or too large, in a simulation. */
class StmMisuseTest extends SimulatedStm {

  @Test
  void run_bodyThrows_writesNothingAndGivesItsException() {
    long revision = put("a", "1");
    IOException own = new IOException("no");
    CompletableFuture<StmResult<Object>> failed =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("a", tx.get("a").orElseThrow() + "2");
              throw own;
            });

    etcd.await(() -> failed.isDone());

    assertThat(failed).isCompletedExceptionally();
    assertThatThrownBy(failed::join).cause().isSameAs(own);
    etcd.runFor(Duration.ofSeconds(5));
    assertThat(etcd.revision()).isEqualTo(revision);
  }

  @Test
  void put_moreKeysThanEtcdTakes_saysTheLimit() {
    assertThatThrownBy(() -> run(tx -> putMany(tx, 128)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContainingAll("127", "128 operations", "--max-txn-ops");
    assertThat(etcd.keys(KeyRange.prefix(Bytes.EMPTY))).isEmpty();
  }

  @Test
  void put_asManyKeysAsEtcdTakes_commits() {
    assertThat(run(tx -> putMany(tx, 127)).attempts()).isEqualTo(1);
  }

  @Test
  void get_moreKeysThanEtcdTakesWithoutAWrite_isNoError() {
    StmResult<Integer> result =
        run(
            tx -> {
              for (int i = 0; i < 200; i++) {
                assertThat(tx.get("key" + i)).isEmpty();
              }
              return 200;
            });
    assertThat(result.value()).isEqualTo(200);
  }

  @Test
  void run_bodySwallowsTheLimit_writesNothing() {
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      try {
                        return putMany(tx, 300);
                      } catch (RefusedException swallowed) {
                        return 0;
                      }
                    }))
        .isInstanceOf(RefusedException.class);
    assertThat(etcd.keys(KeyRange.prefix(Bytes.EMPTY))).isEmpty();
  }

  private static Integer putMany(Transaction tx, int keys) {
    for (int i = 0; i < keys; i++) {
      tx.put("key" + i, "");
    }
    return keys;
  }

  @Test
  void run_bodySwallowsAFailedRead_writesNothing() {
    etcd.faults().partition("stm");
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.put("a", "1");
                      try {
                        return tx.get("b").orElse("none");
                      } catch (UnavailableException swallowed) {
                        etcd.faults().heal("stm");
                        return "none";
                      }
                    }))
        .isInstanceOf(UnavailableException.class);
    etcd.runFor(Duration.ofMinutes(1));
    assertThat(value("a")).isEmpty();
  }

  @Test
  void transaction_usedAfterItsBody_throws() {
    AtomicReference<Transaction> leaked = new AtomicReference<>();
    run(
        tx -> {
          leaked.set(tx);
          return "";
        });

    assertThatThrownBy(() -> leaked.get().get("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after its body had ended");
    assertThatThrownBy(() -> leaked.get().put("a", "1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void transaction_usedByAnotherThread_throwsAndNamesBoth() {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    run(
        tx -> {
          Thread stranger = new Thread(() -> tx.put("a", "1"), "stranger");
          stranger.setUncaughtExceptionHandler((thread, e) -> thrown.set(e));
          stranger.start();
          stranger.join();
          return "";
        });

    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("stranger", "simulated-body");
    assertThat(value("a")).isEmpty();
  }

  @Test
  void put_emptyKey_isRefusedByName() {
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.put("", "1");
                      return "";
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key is empty");
  }

  @Test
  void run_insideABody_isRefused() {
    assertThatThrownBy(
            () ->
                run(
                    tx -> {
                      tx.put("a", "1");
                      return Stm.run(coord, inner -> inner.get("a"));
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("inside the body of another");
    assertThatThrownBy(() -> run(tx -> Stm.runAsync(coord, inner -> inner.get("a"))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(value("a")).isEmpty();
    assertThat(run(tx -> tx.get("a")).value()).isEmpty();
  }

  @Test
  void prefetch_emptyKey_isRefused() {
    assertThatThrownBy(() -> StmOptions.defaults().withPrefetch("a", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void cancel_whileTheBodyReads_writesNothing() {
    CompletableFuture<StmResult<String>> run =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("a", tx.get("b").orElse("none"));
              return "";
            });
    etcd.await(() -> sent("Range") == 1);

    run.cancel(true);
    etcd.runFor(Duration.ofMinutes(1));

    assertThatThrownBy(run::join).isInstanceOf(CancellationException.class);
    assertThat(value("a")).isEmpty();
  }

  @Test
  void cancel_whileTheLeaseOfTheMarkersIsOpened_writesNothing() {
    etcd.faults().delayRequest("stm", RequestKind.LEASE_GRANT, Duration.ofMillis(50));
    CompletableFuture<StmResult<String>> run =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("a", "1");
              return "";
            });
    etcd.await(() -> sent("Grant") >= 1);

    run.cancel(true);
    etcd.runFor(Duration.ofMinutes(1));

    assertThat(value("a")).isEmpty();
    assertThat(sent("Txn")).isZero();
  }
}
