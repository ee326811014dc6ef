package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmListener;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions whose company fails: for a conflict on other keys, or without a known outcome. */
class SharedConflictTest extends SimulatedStm {

  private static final Duration LONG = Duration.ofMillis(100);

  private final List<List<Bytes>> toldKeys = new ArrayList<>();

  private CompletableFuture<StmResult<String>> begin(
      StmOptions options, TransactionBody<String, ? extends Exception> body) {
    CompletableFuture<StmResult<String>> run = Stm.runAsync(coord, options, body);
    etcd.runFor(Duration.ofMillis(10));
    return run;
  }

  private StmOptions attempts(int most) {
    StmListener listener =
        new StmListener() {
          @Override
          public void onConflict(int attempt, List<Bytes> keys) {
            toldKeys.add(keys);
          }
        };
    return StmOptions.defaults().withMaxAttempts(most).withListener(listener);
  }

  /** Lets the next commit be on its way for long. */
  private void nextCommitIsUnderWay() {
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    long before = sent("Txn");
    etcd.await(() -> sent("Txn") > before);
  }

  @Test
  void conflictOfItsCompany_inEveryAttemptThatIsAllowed_commitsByItself() {
    run(increment("warm-up"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    CompletableFuture<StmResult<String>> first = begin(StmOptions.defaults(), increment("first"));
    CompletableFuture<StmResult<String>> hot = begin(StmOptions.defaults(), increment("hot"));
    CompletableFuture<String> hotIsUnderWayAgain = new CompletableFuture<>();
    AtomicInteger attempts = new AtomicInteger();
    CompletableFuture<StmResult<String>> quiet =
        begin(
            attempts(2),
            tx -> {
              if (attempts.incrementAndGet() == 2) {
                BlockingBodies.await(hotIsUnderWayAgain);
              }
              return increment("quiet").execute(tx);
            });

    nextCommitIsUnderWay();
    put("hot", "50");
    nextCommitIsUnderWay();
    put("hot", "60");
    hotIsUnderWayAgain.complete("");

    assertThat(etcd.await(quiet).value()).isEqualTo("1");
    assertThat(quiet.join().attempts()).isEqualTo(3);
    assertThat(etcd.await(hot).value()).isEqualTo("61");
    assertThat(etcd.await(first).value()).isEqualTo("1");
    assertThat(toldKeys).as("it has no key in common with the conflicts").containsOnly(List.of());
  }

  @Test
  void outcomeOfSeveralThatCannotBeFound_isUnknownToEachAndNoneIsDoneAgain() {
    run(increment("counter"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    CompletableFuture<StmResult<String>> first = begin(StmOptions.defaults(), increment("counter"));
    List<CompletableFuture<StmResult<String>>> together =
        IntStream.range(0, 3)
            .mapToObj(i -> begin(StmOptions.defaults(), increment("counter")))
            .toList();
    etcd.faults().loseReply("stm", RequestKind.TXN);
    long before = etcd.await(first).revision();
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("stm", Duration.ofMinutes(9));

    for (CompletableFuture<StmResult<String>> one : together) {
      assertThatThrownBy(() -> etcd.await(one)).isInstanceOf(OutcomeUnknownException.class);
    }
    etcd.runFor(Duration.ofMinutes(1));
    assertThat(value("counter")).contains("5");
  }

  /** Its fresh values are more than an epoch remembers, so nobody meets again on them. */
  @Test
  void conflictToldLate_whoBeganMeanwhile_readsWhatWasWrittenBeforeThat() {
    LateAnswers answers = new LateAnswers();
    Coord late = bodies.connect(etcd, "late", answers::of);
    etcd.await(Stm.runAsync(late, increment("warm-up")));
    List<String> keys = IntStream.range(0, 9).mapToObj(i -> "key" + i).toList();
    String large = "x".repeat(1 << 20);
    AtomicInteger attempts = new AtomicInteger();
    CompletableFuture<StmResult<Integer>> failing =
        Stm.runAsync(
            late,
            tx -> {
              int found = tx.getAll(keys, Codec.utf8()).size();
              if (attempts.incrementAndGet() == 1) {
                for (String key : keys) {
                  BlockingBodies.await(putLater(key, large));
                }
                answers.hold();
              }
              tx.put("found", Integer.toString(found));
              return found;
            });
    etcd.await(answers::isHeld);
    put("key0", "newest");

    CompletableFuture<StmResult<Optional<String>>> reader =
        Stm.runAsync(late, tx -> tx.get("key0"));
    etcd.runFor(LONG);
    answers.letGo();

    assertThat(etcd.await(reader).value()).contains("newest");
    assertThat(etcd.await(failing).value()).isEqualTo(9);
  }

  /** Answers of commits that come late, though the commits are carried out in time. */
  private static final class LateAnswers {
    private CompletableFuture<String> gate = CompletableFuture.completedFuture("");
    private boolean isHeld;

    Store of(Store store) {
      return new ForwardingStore(store) {
        @Override
        public CompletableFuture<TxnResult> txn(TxnRequest request) {
          CompletableFuture<TxnResult> answer = super.txn(request);
          if (request.isReadOnly()) {
            return answer;
          }
          return answer
              .whenComplete((result, failure) -> isHeld = !gate.isDone())
              .thenCombine(gate, (result, open) -> result);
        }
      };
    }

    void hold() {
      gate = new CompletableFuture<>();
    }

    boolean isHeld() {
      return isHeld;
    }

    void letGo() {
      gate.complete("");
    }
  }

  @Test
  void conflictOfItsCompany_beforeItsLastAttemptWithoutWritesHasEnded_readsByItself() {
    run(increment("warm-up"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    CompletableFuture<StmResult<String>> hot = begin(StmOptions.defaults(), increment("hot"));
    CompletableFuture<String> companyIsOver = new CompletableFuture<>();
    AtomicInteger runs = new AtomicInteger();
    CompletableFuture<StmResult<Optional<String>>> quiet =
        Stm.runAsync(
            coord,
            attempts(2),
            tx -> {
              Optional<String> read = tx.get("quiet");
              if (runs.incrementAndGet() == 2) {
                BlockingBodies.await(companyIsOver);
              }
              return read;
            });

    put("hot", "50");
    nextCommitIsUnderWay();
    put("hot", "60");
    etcd.await(hot);
    companyIsOver.complete("");

    assertThat(etcd.await(quiet).value()).isEmpty();
  }

  @Test
  void base_compactedAwayWhileOthersAreUnderWay_isBuiltOnByNobodyElse() {
    run(increment("warm-up"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    CompletableFuture<StmResult<String>> slow = begin(StmOptions.defaults(), increment("slow"));
    put("quiet", "1");
    put("quiet", "2");
    etcd.faults().compact();

    StmResult<Optional<String>> reader = run(tx -> tx.get("quiet"));

    assertThat(reader.value()).contains("2");
    assertThat(reader.attempts()).isEqualTo(2);
    assertThat(slow).isNotDone();
  }

  @Test
  void conflictOnWhatItOverwritesBlindly_inEveryAttemptThatIsAllowed_commitsByItself() {
    run(increment("warm-up"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    CompletableFuture<StmResult<String>> first = begin(StmOptions.defaults(), increment("first"));
    CompletableFuture<StmResult<String>> second = begin(StmOptions.defaults(), increment("second"));
    CompletableFuture<String> secondIsUnderWayAgain = new CompletableFuture<>();
    AtomicInteger attempts = new AtomicInteger();
    CompletableFuture<StmResult<String>> blind =
        begin(
            attempts(2),
            tx -> {
              if (attempts.incrementAndGet() == 2) {
                BlockingBodies.await(secondIsUnderWayAgain);
              }
              tx.put("blind", "ours");
              return "";
            });

    nextCommitIsUnderWay();
    put("blind", "theirs");
    nextCommitIsUnderWay();
    secondIsUnderWayAgain.complete("");
    nextCommitIsUnderWay();
    put("blind", "theirs again");

    etcd.await(blind);
    assertThat(value("blind")).contains("ours");
    assertThat(etcd.await(first).value()).isEqualTo("1");
    assertThat(etcd.await(second).value()).isEqualTo("1");
  }
}
