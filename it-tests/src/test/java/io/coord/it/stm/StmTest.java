package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What transactions read, write, and meet, in a simulation in which nothing fails by chance. */
class StmTest extends SimulatedStm {

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
    assertThat(sent("Txn")).as("two commits, and the put of the marker").isEqualTo(3);
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
}
