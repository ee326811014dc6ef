package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.CommitSharing;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmListener;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions of one connection that arrive while another one's commit is under way. */
class CommitSharingTest extends SimulatedStm {

  private final List<CompletableFuture<StmResult<String>>> runs = new ArrayList<>();
  private final List<List<Bytes>> toldKeys = new ArrayList<>();
  private final StmListener conflicts =
      new StmListener() {
        @Override
        public void onConflict(int attempt, List<Bytes> keys) {
          toldKeys.add(keys);
        }
      };

  private CompletableFuture<StmResult<String>> begin(
      TransactionBody<String, ? extends Exception> body) {
    CompletableFuture<StmResult<String>> run = Stm.runAsync(coord, body);
    runs.add(run);
    return run;
  }

  /** Begins a transaction, and comes back while its commit is on its way, which takes a while. */
  private void firstIsUnderWay(String key) {
    etcd.await(Stm.runAsync(coord, increment("warm-up")));
    etcd.faults().delayRequest("stm", RequestKind.TXN, Duration.ofMillis(100));
    long before = sent("Txn");
    begin(increment(key));
    etcd.await(() -> sent("Txn") > before);
  }

  private List<StmResult<String>> results() {
    return runs.stream().map(etcd::await).toList();
  }

  @Test
  void together_manyOnOneKey_shareOneCommitAndCountEachOnce() {
    firstIsUnderWay("counter");
    long before = sent("Txn");
    for (int i = 0; i < 10; i++) {
      begin(increment("counter"));
    }

    List<StmResult<String>> results = results();

    assertThat(value("counter")).contains("11");
    assertThat(results).extracting(StmResult::value).doesNotHaveDuplicates();
    assertThat(sent("Txn") - before).isEqualTo(1);
    Set<Long> revisions = new HashSet<>();
    results.forEach(result -> revisions.add(result.revision()));
    assertThat(revisions).hasSize(2);
    for (StmResult<String> result : results.subList(1, 11)) {
      assertThat(result.position()).hasValue(Integer.parseInt(result.value()) - 2);
    }
  }

  @Test
  void together_readsOfWhatIsKnown_takeNoRequest() {
    firstIsUnderWay("counter");
    long before = sent("Range");
    begin(increment("counter"));
    begin(tx -> tx.get("counter").orElse("none"));

    assertThat(results()).extracting(StmResult::value).last().isIn("1", "2");
    assertThat(sent("Range")).isEqualTo(before);
  }

  @Test
  void alone_oneAfterAnother_eachHasItsOwnCommit() {
    put("counter", "0");
    for (int i = 1; i <= 5; i++) {
      StmResult<String> result = run(increment("counter"));
      assertThat(result.value()).isEqualTo(Integer.toString(i));
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(result.position()).hasValue(0);
      assertThat(result.revision()).isEqualTo(etcd.revision());
    }
    assertThat(sent("Range")).as("the first one's").isEqualTo(1);
    assertThat(sent("Txn")).as("five commits, and the put of the marker").isEqualTo(6);
  }

  @Test
  void sharingSwitchedOff_nobodyShares() {
    StmOptions alone =
        StmOptions.defaults()
            .withCommitSharing(CommitSharing.NEVER)
            .withBackoff(Duration.ZERO, Duration.ZERO);
    for (int i = 0; i < 10; i++) {
      runs.add(Stm.runAsync(coord, alone, increment("counter")));
    }

    assertThat(results()).extracting(StmResult::revision).doesNotHaveDuplicates();
    assertThat(value("counter")).contains("10");
  }

  /** Overwrites a key blindly that one before it has written since it began. */
  private StmResult<String> blindWriteOvertaken(Isolation level) {
    firstIsUnderWay("counter");
    CompletableFuture<String> gate = new CompletableFuture<>();
    CompletableFuture<StmResult<String>> slow =
        Stm.runAsync(
            coord,
            StmOptions.defaults().withIsolation(level).withListener(conflicts),
            tx -> {
              String counter = tx.get("counter").orElse("none");
              BlockingBodies.await(gate);
              tx.put("blind", "slow");
              return counter;
            });
    etcd.runFor(Duration.ofMillis(10));
    begin(
        tx -> {
          tx.put("blind", "quick");
          return "";
        });
    etcd.runFor(Duration.ofMillis(10));
    gate.complete("");
    results();
    return etcd.await(slow);
  }

  @Test
  void together_blindWriteOvertaken_serializableSnapshotRunsAgain() {
    assertThat(blindWriteOvertaken(Isolation.SERIALIZABLE_SNAPSHOT).attempts()).isEqualTo(2);
    assertThat(value("blind")).contains("slow");
    assertThat(toldKeys).containsExactly(List.of(Bytes.utf8("blind")));
  }

  @Test
  void together_blindWriteOvertaken_serializableOverwrites() {
    assertThat(blindWriteOvertaken(Isolation.SERIALIZABLE).attempts()).isEqualTo(1);
    assertThat(value("blind")).contains("slow");
  }

  @Test
  void together_keysWrittenBetweenTwoReads_areNeverSeenAsAMixture() {
    firstIsUnderWay("counter");
    CompletableFuture<String> gate = new CompletableFuture<>();
    List<String> seen = new ArrayList<>();
    CompletableFuture<StmResult<String>> slow =
        begin(
            tx -> {
              String a = tx.get("a").orElse("none");
              tx.get("c");
              BlockingBodies.await(gate);
              String b = tx.get("b").orElse("none");
              seen.add(a + " " + b);
              return a;
            });
    etcd.runFor(Duration.ofMillis(10));
    begin(
        tx -> {
          tx.put("a", "new");
          tx.put("b", "new");
          return "";
        });
    etcd.runFor(Duration.ofMillis(10));
    gate.complete("");

    assertThat(etcd.await(slow).attempts()).isEqualTo(2);
    assertThat(seen).containsExactly("new new");
    results();
  }

  @Test
  void together_unreadKeyWrittenBetweenTwoReads_isSeenAsItIsNow() {
    firstIsUnderWay("counter");
    CompletableFuture<String> gate = new CompletableFuture<>();
    CompletableFuture<StmResult<String>> slow =
        begin(
            tx -> {
              String a = tx.get("a").orElse("none");
              BlockingBodies.await(gate);
              return a + " " + tx.get("b").orElse("none");
            });
    etcd.runFor(Duration.ofMillis(10));
    begin(
        tx -> {
          tx.put("b", "new");
          return "";
        });
    etcd.runFor(Duration.ofMillis(10));
    gate.complete("");

    assertThat(etcd.await(slow).value()).isEqualTo("none new");
    assertThat(etcd.await(slow).attempts()).isEqualTo(1);
    results();
  }

  @Test
  void together_bodyThrows_takesOnlyItselfOut() {
    firstIsUnderWay("counter");
    begin(increment("counter"));
    CompletableFuture<StmResult<String>> thrower =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("counter", "1000");
              throw new IllegalStateException("seen " + tx.get("counter"));
            });
    begin(increment("counter"));
    etcd.await(() -> thrower.isDone());

    assertThatThrownBy(thrower::join)
        .cause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("seen Optional[1000]");
    results();
    assertThat(value("counter")).contains("3");
  }

  @Test
  void together_bodyThrowsBecauseOfWhatNeverComesToBe_isRunAgain() {
    firstIsUnderWay("counter");
    put("counter", "50");
    List<String> seen = new ArrayList<>();
    CompletableFuture<StmResult<String>> thrower =
        begin(
            tx -> {
              String counter = tx.get("counter").orElse("none");
              seen.add(counter);
              if (counter.equals("1")) {
                throw new IllegalStateException("the counter never was 1");
              }
              return counter;
            });

    assertThat(etcd.await(thrower).value()).isIn("50", "51");
    assertThat(seen).first().isEqualTo("1");
    assertThat(results().get(0).value()).isEqualTo("51");
  }

  @Test
  void together_somebodyElseChangesAKey_allRunAgainOnFreshValues() {
    firstIsUnderWay("counter");
    CompletableFuture<?> theirs = putLater("other", "5");
    for (int i = 0; i < 5; i++) {
      begin(
          tx -> {
            int sum =
                Integer.parseInt(tx.get("counter").orElse("0"))
                    + Integer.parseInt(tx.get("other").orElse("0"));
            tx.put("other", Integer.toString(sum));
            return Integer.toString(sum);
          });
    }
    etcd.await(theirs);
    results();

    assertThat(Integer.parseInt(value("other").orElseThrow())).isIn(5, 6, 7, 8, 9, 10);
  }

  @Test
  void together_guardOrRangeOrLevelThatCannotShare_hasItsOwnCommit() {
    firstIsUnderWay("counter");
    begin(
        tx -> {
          tx.put("count", Integer.toString(tx.getRange("counter").size()));
          return "range";
        });
    begin(tx -> Long.toString(tx.rev("counter")));
    runs.add(
        Stm.runAsync(
            coord,
            StmOptions.defaults().withIsolation(Isolation.REPEATABLE_READS),
            increment("counter")));

    List<StmResult<String>> results = results();

    assertThat(value("counter")).contains("2");
    assertThat(results)
        .extracting(StmResult::position)
        .containsOnly(OptionalInt.of(0), OptionalInt.empty());
  }

  @Test
  void together_moreKeysThanEtcdTakesAtOnce_areCommittedInSeveralGroups() {
    firstIsUnderWay("counter");
    long before = sent("Txn");
    for (int i = 0; i < 5; i++) {
      String prefix = "set" + i + "/";
      begin(
          tx -> {
            IntStream.range(0, 50).forEach(k -> tx.put(prefix + k, ""));
            return tx.get("counter").orElseThrow();
          });
    }
    results();

    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("set")))).hasSize(250);
    assertThat(sent("Txn") - before).isEqualTo(3);
  }

  @Test
  void together_replyLost_isFoundAndEachCountsOnce() {
    firstIsUnderWay("counter");
    for (int i = 0; i < 5; i++) {
      begin(increment("counter"));
    }
    etcd.faults().loseReply("stm", RequestKind.TXN);

    results();
    assertThat(value("counter")).contains("6");
  }

  @Test
  void together_oneValueTooLarge_onlyThatOneIsRefused() {
    firstIsUnderWay("counter");
    CompletableFuture<StmResult<String>> large =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("large", "x".repeat(2 << 20));
              return tx.get("counter").orElse("");
            });
    begin(increment("counter"));
    begin(increment("counter"));
    etcd.await(() -> large.isDone());

    assertThatThrownBy(large::join).cause().isInstanceOf(RefusedException.class);
    results();
    assertThat(value("counter")).contains("3");
    assertThat(value("large")).isEmpty();
  }

  @Test
  void together_connectionClosed_endsAll() {
    firstIsUnderWay("counter");
    for (int i = 0; i < 5; i++) {
      begin(increment("counter"));
    }
    etcd.close(coord);
    etcd.await(() -> runs.stream().allMatch(CompletableFuture::isDone));

    assertThat(runs).anyMatch(CompletableFuture::isCompletedExceptionally);
  }

  @Test
  void together_outcomeThatCannotBeFound_isUnknownToThoseWhoWrite() {
    firstIsUnderWay("counter");
    results();
    runs.clear();
    etcd.faults().loseReply("stm", RequestKind.TXN);
    long before = etcd.revision();
    begin(increment("counter"));
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("stm", Duration.ofMinutes(9));

    assertThatThrownBy(() -> etcd.await(runs.get(0))).isInstanceOf(OutcomeUnknownException.class);
    assertThat(value("counter")).isEqualTo(Optional.of("2"));
  }
}
