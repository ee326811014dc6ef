package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Scheduler;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.testkit.sim.RequestKind;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
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

  /** etcd refuses a transaction that writes a key twice; so of several writes one is sent. */
  @Test
  void put_keyWrittenTwice_lastWriteCountsAndEtcdRefusesNothing() {
    put("kept", "old");
    put("gone", "old");

    StmResult<Integer> result =
        run(
            tx -> {
              tx.put("twice", "first");
              tx.put("twice", "second");
              tx.delete("kept");
              tx.put("kept", "new");
              tx.put("gone", "new");
              tx.delete("gone");
              return 0;
            });

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(value("twice")).contains("second");
    assertThat(value("kept")).contains("new");
    assertThat(value("gone")).isEmpty();
    assertThat(stored("twice").orElseThrow().version()).isEqualTo(1);
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
  void getRange_oneAgainAndAgain_countsOnce() {
    StmResult<Integer> result =
        run(
            tx -> {
              for (int i = 0; i < 200; i++) {
                assertThat(tx.getRange("range/")).isEmpty();
              }
              tx.put("a", "1");
              return 0;
            });

    assertThat(value("a")).contains("1");
    assertThat(result.attempts()).isLessThan(3);
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
  void run_bodyKeepsAnInterruptToItself_writesNothing() {
    CompletableFuture<StmResult<String>> run =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("a", "1");
              Thread.currentThread().interrupt();
              return "";
            });
    etcd.runFor(Duration.ofMinutes(1));

    assertThatThrownBy(run::join).cause().isInstanceOf(InterruptedException.class);
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
  @SuppressWarnings("NullAway")
  void put_null_isRefusedAtOnce() {
    CompletableFuture<StmResult<String>> run =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put(Bytes.utf8("a"), (Bytes) null);
              return "";
            });
    etcd.runFor(Duration.ofMinutes(1));

    assertThat(run).isDone();
    assertThatThrownBy(run::join).cause().isInstanceOf(NullPointerException.class);
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

  /** The pauses between the attempts of a transaction that meets a conflict each time. */
  private List<Duration> pauses(StmOptions options) {
    Scheduler scheduler = CoordRuntime.of(coord).store().scheduler();
    List<Long> ends = new ArrayList<>();
    List<Duration> pauses = new ArrayList<>();
    assertThatThrownBy(
            () ->
                run(
                    options,
                    tx -> {
                      if (!ends.isEmpty()) {
                        long last = ends.get(ends.size() - 1);
                        pauses.add(Duration.ofNanos(scheduler.nanoTime() - last));
                      }
                      BlockingBodies.await(putLater("loud", tx.get("loud").orElse("")));
                      tx.put("out", "");
                      ends.add(scheduler.nanoTime());
                      return 0;
                    }))
        .isInstanceOf(StmConflictException.class);
    assertThat(pauses).hasSize(options.maxAttempts() - 1);
    return pauses;
  }

  @Test
  void backoff_conflictAfterConflict_isWithinItsCap() {
    StmOptions many = StmOptions.defaults().withMaxAttempts(30);
    Duration roundTrip = Duration.ofMillis(50);

    List<Duration> some = pauses(many.withBackoff(Duration.ofSeconds(8), Duration.ofSeconds(8)));
    List<Duration> none = pauses(many.withBackoff(Duration.ZERO, Duration.ofSeconds(8)));

    assertThat(some).allMatch(pause -> pause.minus(roundTrip).compareTo(Duration.ofSeconds(8)) < 0);
    assertThat(some).anyMatch(pause -> pause.toMillis() > 500);
    assertThat(some.get(0)).as("the first retry is at once").isLessThan(roundTrip);
    assertThat(none).allMatch(pause -> pause.compareTo(roundTrip) < 0);
  }

  /** The greatest there is: no pause is that long, but many take it for "never mind". */
  @Test
  void backoff_asLongAsCanBe_isNoError() {
    Duration forever = ChronoUnit.FOREVER.getDuration();

    StmResult<String> result =
        run(StmOptions.defaults().withBackoff(forever, forever), tx -> tx.get("a").orElse("none"));

    assertThat(result.value()).isEqualTo("none");
  }

  @Test
  void options_outOfRange_areRefusedWithTheLeast() {
    StmOptions options = StmOptions.defaults();
    assertThatThrownBy(() -> options.withMaxAttempts(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("attempts", "0", "at least 1");
    assertThatThrownBy(() -> options.withMaxOperations(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("operations", "1", "at least 2");
    assertThatThrownBy(() -> options.withBackoff(Duration.ofMillis(-1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backoff");
    assertThatThrownBy(() -> options.withBackoff(Duration.ZERO, Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backoff");
  }

  /** A transaction with such options would have no end that anybody could be told of. */
  @Test
  @SuppressWarnings("NullAway")
  void options_null_areRefusedAtOnce() {
    StmOptions options = StmOptions.defaults();
    assertThatThrownBy(() -> options.withIsolation(null)).hasMessageContaining("isolation");
    assertThatThrownBy(() -> options.withUnknownOutcome(null)).hasMessageContaining("outcome");
    assertThatThrownBy(() -> options.withCommitSharing(null)).hasMessageContaining("shared");
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
