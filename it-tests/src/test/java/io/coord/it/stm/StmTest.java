package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.stm.Stm;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What transactions read, write, and meet, in a simulation in which nothing fails by chance. */
class StmTest {

  private final SimulatedEtcd etcd = SimulatedEtcd.of(7);
  private final BlockingBodies bodies = new BlockingBodies();
  private final Coord coord = bodies.connect(etcd, "stm");
  private final Store other = etcd.client("other");

  @AfterEach
  void endBodies() {
    bodies.close();
  }

  private <R> StmResult<R> run(TransactionBody<R, ? extends Exception> body) {
    return etcd.await(Stm.runAsync(coord, body));
  }

  private long put(String key, String value) {
    return etcd.await(putLater(key, value)).revision();
  }

  private CompletableFuture<TxnResult> putLater(String key, String value) {
    return other.txn(TxnRequest.of(Op.put(Bytes.utf8(key), Bytes.utf8(value))));
  }

  private Optional<KeyValue> stored(String key) {
    return etcd.keys(KeyRange.single(Bytes.utf8(key))).stream().findFirst();
  }

  private Optional<String> value(String key) {
    return stored(key).map(kv -> kv.value().utf8());
  }

  private long sent(String request) {
    return etcd.history()
        .lines()
        .filter(line -> line.contains("stm  ") && line.contains("sends " + request))
        .count();
  }

  @Test
  void run_readsAndWrites_commitsAtOneRevision() {
    put("a", "1");
    put("gone", "x");

    StmResult<String> result =
        run(
            tx -> {
              String a = tx.get("a").orElseThrow();
              tx.put("b", a + "2");
              tx.put(Bytes.utf8("c"), Bytes.utf8("3"));
              tx.delete("gone");
              return a;
            });

    assertThat(result.value()).isEqualTo("1");
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.revision()).isEqualTo(etcd.revision());
    assertThat(value("b")).contains("12");
    assertThat(value("c")).contains("3");
    assertThat(value("gone")).isEmpty();
    assertThat(stored("b").orElseThrow().modRevision()).isEqualTo(result.revision());
    assertThat(stored("c").orElseThrow().modRevision()).isEqualTo(result.revision());
  }

  @Test
  void get_afterOwnWrites_seesThem() {
    long before = put("a", "old");

    StmResult<List<Object>> result =
        run(
            tx -> {
              List<Object> seen = new ArrayList<>();
              tx.put("a", "new");
              seen.add(tx.get("a"));
              seen.add(tx.rev("a"));
              tx.delete("a");
              seen.add(tx.get("a"));
              tx.put("a", "last");
              seen.add(tx.get("a", Codec.utf8()));
              seen.add(tx.get("none"));
              seen.add(tx.rev("none"));
              return seen;
            });

    assertThat(result.value())
        .containsExactly(
            Optional.of("new"),
            before,
            Optional.empty(),
            Optional.of("last"),
            Optional.empty(),
            0L);
    assertThat(value("a")).contains("last");
  }

  @Test
  void get_keyChangedBetweenReads_seesTheFirstReadsRevision() {
    put("a", "1");
    put("b", "1");

    StmResult<String> result =
        run(
            tx -> {
              String a = tx.get("a").orElseThrow();
              BlockingBodies.await(putLater("b", "2"));
              return a + tx.get("b").orElseThrow();
            });

    assertThat(result.value()).isEqualTo("11");
    assertThat(result.attempts()).isEqualTo(1);
  }

  @Test
  void run_readKeyChanged_runsAgainWithFreshValuesAndNoFurtherRead() {
    put("a", "1");
    put("b", "1");
    List<String> seen = new ArrayList<>();

    StmResult<Integer> result =
        run(
            tx -> {
              String ab = tx.get("a").orElseThrow() + tx.get("b").orElseThrow();
              if (seen.isEmpty()) {
                BlockingBodies.await(putLater("a", "2"));
              }
              seen.add(ab);
              tx.put("c", ab);
              return seen.size();
            });

    assertThat(seen).containsExactly("11", "21");
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("c")).contains("21");
    assertThat(sent("Range")).isEqualTo(2);
    assertThat(sent("Txn")).isEqualTo(2);
  }

  @Test
  void run_writtenKeyNewerThanTheSnapshot_runsAgain() {
    put("a", "1");
    put("b", "1");

    StmResult<String> result =
        run(
            tx -> {
              String a = tx.get("a").orElseThrow();
              if (value("b").equals(Optional.of("1"))) {
                BlockingBodies.await(putLater("b", "2"));
              }
              tx.put("b", "mine");
              return a;
            });

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("b")).contains("mine");
  }

  @Test
  void run_absentKeyCreatedMeanwhile_runsAgain() {
    List<Boolean> seen = new ArrayList<>();

    run(
        tx -> {
          seen.add(tx.get("a").isPresent());
          if (seen.size() == 1) {
            BlockingBodies.await(putLater("a", "1"));
          }
          tx.put("b", "1");
          return seen;
        });

    assertThat(seen).containsExactly(false, true);
  }

  @Test
  void run_blindWrites_neverConflict() {
    StmResult<String> result =
        run(
            tx -> {
              tx.put("a", "mine");
              BlockingBodies.await(putLater("a", "theirs"));
              return "done";
            });

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(value("a")).contains("mine");
  }

  @Test
  void run_conflictThenBlindWrites_neverConflictAgain() {
    List<String> attempts = new ArrayList<>();

    StmResult<String> result =
        run(
            tx -> {
              attempts.add("one");
              if (attempts.size() == 1) {
                attempts.add(tx.get("a").orElse("none"));
                BlockingBodies.await(putLater("a", "1"));
              } else {
                BlockingBodies.await(putLater("b", "theirs"));
              }
              tx.put("b", "mine");
              return "done";
            });

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("b")).contains("mine");
  }

  @Test
  void run_onlyReads_sendsNoCommitAndOpensNoLease() {
    long revision = put("a", "1");

    StmResult<Optional<String>> result = run(tx -> tx.get("a"));

    assertThat(result.value()).contains("1");
    assertThat(result.revision()).isEqualTo(revision);
    assertThat(sent("Txn")).isZero();
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void run_nothingDone_tookEffectAtTheRevisionOfNow() {
    long revision = put("a", "1");

    assertThat(run(tx -> "nothing").revision()).isEqualTo(revision);
    assertThat(etcd.revision()).isEqualTo(revision);
  }

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
  void run_conflictInEveryAttempt_namesKeysAndAttempts() {
    put("quiet", "1");
    put("loud", "1");
    StmOptions options = StmOptions.defaults().withMaxAttempts(3);

    assertThatThrownBy(
            () ->
                etcd.await(
                    Stm.runAsync(
                        coord,
                        options,
                        tx -> {
                          String read =
                              tx.get("quiet").orElseThrow() + tx.get("loud").orElseThrow();
                          BlockingBodies.await(putLater("loud", read));
                          tx.put("out", read);
                          return read;
                        })))
        .isInstanceOfSatisfying(
            StmConflictException.class,
            conflict -> {
              assertThat(conflict.keys()).containsExactly(Bytes.utf8("loud"));
              assertThat(conflict.attempts()).isEqualTo(3);
              assertThat(conflict).hasMessageContainingAll("3 attempts", "loud");
            });
    assertThat(value("out")).isEmpty();
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
  void run_snapshotCompactedAway_runsAgain() {
    put("a", "1");
    List<String> seen = new ArrayList<>();

    StmResult<String> result =
        run(
            tx -> {
              String a = tx.get("a").orElseThrow();
              if (seen.isEmpty()) {
                BlockingBodies.await(putLater("b", "2"));
                etcd.faults().compact();
              }
              seen.add(a);
              return a + tx.get("b").orElseThrow();
            });

    assertThat(result.value()).isEqualTo("12");
    assertThat(result.attempts()).isEqualTo(2);
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
