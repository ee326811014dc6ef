package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.CommitSharing;
import io.coord.stm.Isolation;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Transactions of one that is alone, which begin on what the last one has left. What is remembered
 * may be wrong by then: each test in which somebody else has written fails if it is believed.
 */
class StmGuessTest extends SimulatedStm {

  private final List<String> seen = new ArrayList<>();

  private long requests() {
    return sent("Range") + sent("Txn");
  }

  /** From here on the counter is remembered as 1. */
  @BeforeEach
  void countToOne() {
    run(increment("counter"));
  }

  @Test
  void alone_oneAfterAnother_takeOneRequestEach() {
    long before = requests();
    for (int i = 2; i <= 6; i++) {
      StmResult<String> result = run(increment("counter"));
      assertThat(result.value()).isEqualTo(Integer.toString(i));
      assertThat(result.attempts()).isEqualTo(1);
      assertThat(result.position()).hasValue(0);
      assertThat(result.revision()).isEqualTo(etcd.revision());
    }
    assertThat(requests() - before).isEqualTo(5);
  }

  @Test
  void sharingSwitchedOff_reads() {
    long before = sent("Range");
    run(StmOptions.defaults().withCommitSharing(CommitSharing.NEVER), increment("counter"));
    assertThat(sent("Range") - before).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void readOnly_changedByAnother_givesWhatIsThereNow(Isolation level) {
    put("counter", "50");

    StmResult<String> result =
        run(StmOptions.defaults().withIsolation(level), tx -> tx.get("counter").orElseThrow());

    assertThat(result.value()).isEqualTo("50");
    assertThat(result.revision()).isEqualTo(etcd.revision());
  }

  @Test
  void readOnly_unchanged_isCheckedAtTheRevisionOfNow() {
    long revision = put("elsewhere", "1");
    long before = requests();

    StmResult<String> result = run(tx -> tx.get("counter").orElseThrow());

    assertThat(result.value()).isEqualTo("1");
    assertThat(result.revision()).isEqualTo(revision);
    assertThat(result.position()).isEmpty();
    assertThat(requests() - before).isEqualTo(1);
  }

  @Test
  void readOnly_deletedByAnother_isGone() {
    delete("counter");

    assertThat(run(tx -> tx.get("counter")).value()).isEmpty();
  }

  @Test
  void readOnly_deletedAndPutAgainWithTheSameValue_hasTheNewRevision() {
    delete("counter");
    long revision = put("counter", "1");

    assertThat(run(tx -> tx.rev("counter")).value()).isEqualTo(revision);
  }

  @Test
  void rev_ofWhatTheLastOneHasDeleted_isZero() {
    run(
        tx -> {
          String counter = tx.get("counter").orElseThrow();
          tx.delete("counter");
          return counter;
        });

    assertThat(run(tx -> tx.rev("counter")).value()).isZero();
  }

  @Test
  void write_changedByAnother_beginsWithTheFreshValueAndReadsNothing() {
    put("counter", "50");
    long before = requests();

    StmResult<String> result = run(increment("counter"));

    assertThat(result.value()).isEqualTo("51");
    assertThat(result.attempts()).isEqualTo(2);
    assertThat(value("counter")).contains("51");
    assertThat(requests() - before).as("two commits").isEqualTo(2);
  }

  @Test
  void write_afterAWrongGuess_readsOnceAndThenGuessesAgain() {
    put("counter", "50");
    run(increment("counter"));
    long before = sent("Range");

    assertThat(run(increment("counter")).attempts()).isEqualTo(1);
    assertThat(sent("Range") - before).as("the next one").isEqualTo(1);
    assertThat(run(increment("counter")).attempts()).isEqualTo(1);
    assertThat(sent("Range") - before).as("the one after it").isEqualTo(1);
  }

  @Test
  void write_wrongGuessAfterARightOne_costsOneReadAsTheFirstDid() {
    for (int i = 0; i < 2; i++) {
      put("counter", "50");
      run(increment("counter"));
      long before = sent("Range");

      run(increment("counter"));
      run(increment("counter"));

      assertThat(sent("Range") - before).isEqualTo(1);
    }
  }

  @Test
  void write_wrongGuessAfterAWrongOne_costsTwoReads() {
    put("counter", "50");
    run(increment("counter"));
    run(increment("counter"));
    put("counter", "50");
    assertThat(run(increment("counter")).attempts()).isEqualTo(2);
    long before = sent("Range");

    for (int i = 0; i < 4; i++) {
      run(increment("counter"));
    }

    assertThat(sent("Range") - before).isEqualTo(2);
  }

  @Test
  void write_afterAPause_reads() {
    etcd.runFor(Duration.ofSeconds(2));
    put("counter", "50");

    assertThat(run(increment("counter")).attempts()).isEqualTo(1);
    assertThat(value("counter")).contains("51");
  }

  @Test
  void write_ofAnotherKeyThatWasNotRead_doesNotMatter() {
    run(tx -> tx.get("other"));
    put("other", "theirs");

    assertThat(run(increment("counter")).attempts()).isEqualTo(1);
  }

  @Test
  void body_readsWhatIsRememberedAndWhatIsNot_seesOneSnapshot() {
    etcd.await(
        other.txn(
            TxnRequest.of(
                Op.put(Bytes.utf8("counter"), Bytes.utf8("new")),
                Op.put(Bytes.utf8("unknown"), Bytes.utf8("new")))));

    run(
        tx -> {
          seen.add(tx.get("counter").orElse("none") + " " + tx.get("unknown").orElse("none"));
          tx.put("seen", "it");
          return "";
        });

    assertThat(seen).containsExactly("1 none", "new new");
  }

  @Test
  void body_readsWhatWasCompactedAway_runsAgain() {
    put("unknown", "1");
    put("unknown", "2");
    etcd.faults().compact();

    StmResult<String> result =
        run(tx -> tx.get("counter").orElseThrow() + tx.get("unknown").orElseThrow());

    assertThat(result.value()).isEqualTo("12");
    assertThat(result.attempts()).isEqualTo(2);
  }

  @Test
  void prefetch_keysThatAreNotRemembered_comeTogether() {
    long before = requests();

    run(
        StmOptions.defaults().withPrefetch("a", "b", "c"),
        tx -> {
          tx.get("counter");
          tx.get("a");
          tx.get("b");
          tx.get("c");
          tx.put("sum", "4");
          return "";
        });

    assertThat(requests() - before).as("a read and a commit").isEqualTo(2);
  }

  @Test
  void range_readFirst_isReadAsItIsNow() {
    put("list/1", "1");

    StmResult<Map<String, String>> result =
        run(
            tx -> {
              Map<String, String> list = tx.getRange("list/");
              tx.put("count", Integer.toString(list.size()));
              return list;
            });

    assertThat(result.value()).containsExactly(Map.entry("list/1", "1"));
    assertThat(result.attempts()).isEqualTo(1);
  }

  @Test
  void range_readFirstAndChangedByAnother_isNoWrongGuess() {
    put("list/1", "1");
    run(
        tx -> {
          int size = tx.getRange("list/").size();
          if (seen.isEmpty()) {
            seen.add("once");
            BlockingBodies.await(putLater("list/2", "2"));
          }
          tx.put("list/size", Integer.toString(size));
          return "";
        });
    long before = sent("Range");

    run(increment("counter"));

    assertThat(value("list/size")).contains("2");
    assertThat(sent("Range") - before).as("the counter is remembered still").isZero();
  }

  @Test
  void range_readAfterAKey_isOfTheSameSnapshot() {
    put("counter", "50");
    put("list/50", "");

    StmResult<String> result =
        run(tx -> tx.get("counter").orElseThrow() + tx.getRange("list/").keySet());

    assertThat(result.value()).isEqualTo("50[list/50]");
  }

  @Test
  void blindWrite_neverConflicts() {
    put("counter", "50");

    StmResult<String> result =
        run(
            tx -> {
              tx.put("counter", "mine");
              return "";
            });

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(run(tx -> tx.get("counter")).value()).contains("mine");
  }

  @Test
  void blindWrite_besideAReadThatIsRemembered_ofWhatAnotherHasWritten_isCommitted() {
    run(increment("beside"));
    put("beside", "50");

    run(
        tx -> {
          tx.put("beside", tx.get("counter").orElseThrow());
          return "";
        });

    assertThat(value("beside")).contains("1");
  }

  @Test
  void write_byOneThatDoesNotShare_isNotGuessedWrong() {
    run(StmOptions.defaults().withCommitSharing(CommitSharing.NEVER), increment("counter"));

    assertThat(run(increment("counter")).attempts()).isEqualTo(1);
    assertThat(value("counter")).contains("3");
  }

  @Test
  void write_underASession_takesOneCommitAndItsLease() {
    var session = etcd.await(coord.openSessionAsync(Duration.ofSeconds(60)));
    long before = requests();

    StmResult<String> result =
        run(
            tx -> {
              String counter = tx.get("counter").orElseThrow();
              tx.put("leased", counter, session);
              return counter;
            });

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(stored("leased").map(KeyValue::lease)).contains(session.leaseId());
    assertThat(requests() - before).isEqualTo(1);
  }

  @Test
  void write_underASession_changedByAnother_isRunAgain() {
    var session = etcd.await(coord.openSessionAsync(Duration.ofSeconds(60)));
    put("counter", "50");

    run(
        tx -> {
          tx.put("leased", tx.get("counter").orElseThrow(), session);
          return "";
        });

    assertThat(value("leased")).contains("50");
  }

  @Test
  void write_replyLost_isFoundAndCountsOnce() {
    etcd.faults().loseReply("stm", RequestKind.TXN);

    run(increment("counter"));

    assertThat(value("counter")).contains("2");
  }

  @Test
  void remembered_moreThanAFewMegabytes_isForgotten() {
    String large = "x".repeat(1 << 20);
    long before = sent("Range");
    for (int i = 0; i < 9; i++) {
      String key = "large" + i;
      run(
          tx -> {
            tx.put(key, large);
            return tx.get("counter").orElseThrow();
          });
    }

    assertThat(sent("Range") - before).as("read again, once").isEqualTo(1);
  }

  @Test
  void manyReads_moreThanACommitCompares_areNoError() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      keys.add("key" + i);
    }
    put("key199", "here");

    for (int i = 0; i < 3; i++) {
      assertThat(run(tx -> tx.getAll(keys.toArray(String[]::new))).value()).hasSize(1);
    }
    assertThat(Stm.counters(coord).commits()).isEqualTo(4);
  }
}
