package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.CommitSharing;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Transactions that are cancelled while their commit waits. */
class StmCancelTest extends SimulatedStm {

  private static final Duration LONG = Duration.ofMillis(500);

  private final List<CompletableFuture<StmResult<String>>> runs = new ArrayList<>();

  private CompletableFuture<StmResult<String>> begin(
      TransactionBody<String, ? extends Exception> body) {
    CompletableFuture<StmResult<String>> run = Stm.runAsync(coord, body);
    runs.add(run);
    etcd.runFor(Duration.ofMillis(10));
    return run;
  }

  /** Its value shows who has written it, one after another. */
  private static TransactionBody<String, RuntimeException> append(String key, String name) {
    return tx -> {
      String next = tx.get(key).orElse("") + name;
      tx.put(key, next);
      return next;
    };
  }

  /** A commit that takes long: who comes meanwhile with one of its keys, waits for it. */
  private CompletableFuture<StmResult<String>> slowOneIsUnderWay() {
    run(append("warm-up", "0"));
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    return begin(append("shared", "slow"));
  }

  private void cancel(CompletableFuture<StmResult<String>> run) {
    assertThat(run.cancel(true)).as("it was not done yet").isTrue();
  }

  private void othersEnd() {
    runs.stream().filter(run -> !run.isCancelled()).forEach(etcd::await);
    etcd.runFor(Duration.ofSeconds(1));
  }

  @Test
  void cancel_whileItWaitsForOneUnderWay_isNotSent() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay();
    long before = sent("Txn");
    CompletableFuture<StmResult<String>> cancelled = begin(append("shared", " cancelled"));

    cancel(cancelled);
    othersEnd();

    assertThat(slow).isCompleted();
    assertThat(value("shared")).contains("slow");
    assertThat(sent("Txn")).isEqualTo(before);
    assertThat(run(append("shared", " next")).value()).isEqualTo("slow next");
  }

  @Test
  void cancel_whileItWaitsForOneUnderWay_theNextFindsWhatItHadFound() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay();
    cancel(begin(append("shared", " cancelled")));
    etcd.await(slow);

    StmResult<String> next = run(append("shared", " next"));

    assertThat(next.value()).isEqualTo("slow next");
    assertThat(next.attempts()).isEqualTo(1);
  }

  @Test
  void cancel_whileTheOneUnderWayLooksForItsAnswer_isNotSent() {
    run(append("warm-up", "0"));
    etcd.faults().loseReply("stm", RequestKind.TXN);
    CompletableFuture<StmResult<String>> first = begin(append("shared", "first"));
    CompletableFuture<StmResult<String>> cancelled = begin(append("shared", " cancelled"));
    etcd.faults().partition("stm", Duration.ofMinutes(1));

    etcd.runFor(Duration.ofSeconds(20));
    assertThat(first).isNotDone();
    cancel(cancelled);
    etcd.runFor(Duration.ofMinutes(2));

    assertThat(first).isCompleted();
    assertThat(value("shared")).contains("first");
  }

  @Test
  void cancel_whileOthersOfItsGroupAreWanted_onlyThoseAreWritten() {
    slowOneIsUnderWay();
    long before = sent("Txn");
    begin(append("shared", " wanted"));
    CompletableFuture<StmResult<String>> cancelled =
        begin(
            tx -> {
              tx.put("copy", tx.get("shared").orElseThrow());
              return "";
            });
    CompletableFuture<StmResult<String>> last = begin(append("shared", " last"));

    cancel(cancelled);
    othersEnd();

    assertThat(value("shared")).contains("slow wanted last");
    assertThat(value("copy")).isEmpty();
    assertThat(last.join().attempts()).isEqualTo(1);
    assertThat(sent("Txn") - before).isEqualTo(1);
  }

  @Test
  void cancel_anotherHasBuiltOnIt_isWrittenWithIt() {
    slowOneIsUnderWay();
    CompletableFuture<StmResult<String>> cancelled = begin(append("shared", " cancelled"));
    CompletableFuture<StmResult<String>> last = begin(append("shared", " last"));

    cancel(cancelled);
    othersEnd();

    assertThat(last.join().value()).isEqualTo("slow cancelled last");
    assertThat(last.join().attempts()).isEqualTo(1);
    assertThat(value("shared")).contains("slow cancelled last");
  }

  @Test
  void cancel_alsoOfWhoHasBuiltOnIt_neitherIsWritten() {
    slowOneIsUnderWay();
    begin(append("shared", " wanted"));
    CompletableFuture<StmResult<String>> cancelled = begin(append("shared", " cancelled"));
    CompletableFuture<StmResult<String>> last = begin(append("shared", " last"));

    cancel(cancelled);
    cancel(last);
    othersEnd();

    assertThat(value("shared")).contains("slow wanted");
  }

  @Test
  void cancel_whileAnotherStandsBehindItForWantOfRoom_theOtherIsSent() {
    slowOneIsUnderWay();
    String large = "x".repeat(700_000);
    CompletableFuture<StmResult<String>> cancelled =
        begin(
            tx -> {
              tx.put("first copy", tx.get("shared").orElseThrow() + large);
              return "";
            });
    begin(
        tx -> {
          tx.put("second copy", tx.get("shared").orElseThrow() + large);
          return "";
        });

    cancel(cancelled);
    othersEnd();

    assertThat(value("first copy")).isEmpty();
    assertThat(value("second copy")).isPresent();
  }

  @Test
  void cancel_afterABodyHasSeenHalfOfIt_theBodySeesNoMixture() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay();
    CompletableFuture<StmResult<String>> cancelled =
        begin(
            tx -> {
              String both = tx.get("shared").orElseThrow() + " cancelled";
              tx.put("left", both);
              tx.put("right", both);
              return both;
            });
    CompletableFuture<String> gate = new CompletableFuture<>();
    List<String> seen = new ArrayList<>();
    CompletableFuture<StmResult<String>> reader =
        begin(
            tx -> {
              String left = tx.get("left").orElse("nothing");
              BlockingBodies.await(gate);
              seen.add(left + ", " + tx.get("right").orElse("nothing"));
              return left;
            });

    cancel(cancelled);
    etcd.await(slow);
    gate.complete("");
    othersEnd();

    assertThat(seen).isSubsetOf("nothing, nothing", "slow cancelled, slow cancelled");
    assertThat(reader.join().value()).isEqualTo("nothing");
  }

  @Test
  void cancel_whileTheBodyRuns_endsItAtItsNextUseOfTheTransaction() {
    CompletableFuture<String> gate = new CompletableFuture<>();
    List<String> seen = new ArrayList<>();
    CompletableFuture<StmResult<String>> cancelled =
        begin(
            tx -> {
              BlockingBodies.await(gate);
              seen.add("before");
              tx.put("shared", "cancelled");
              seen.add("after");
              return "";
            });

    cancel(cancelled);
    gate.complete("");
    othersEnd();

    assertThat(seen).containsExactly("before");
  }

  @Test
  void cancel_whileItGoesFirst_holdsUpNobody() {
    CompletableFuture<String> never = new CompletableFuture<>();
    List<String> attempts = new ArrayList<>();
    CompletableFuture<StmResult<String>> first =
        Stm.runAsync(
            coord,
            StmOptions.defaults().withCommitSharing(CommitSharing.NEVER),
            tx -> {
              String hot = tx.get("hot").orElse("0");
              attempts.add(hot);
              BlockingBodies.await(
                  attempts.size() > 4 ? never : putLater("hot", hot).thenApply(put -> hot));
              tx.put("sum", hot);
              return hot;
            });
    etcd.await(() -> attempts.size() > 4);
    CompletableFuture<StmResult<String>> heldUp = Stm.runAsync(coord, append("hot", " more"));
    etcd.runFor(Duration.ofSeconds(1));
    assertThat(heldUp).isNotDone();

    cancel(first);
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(heldUp).isCompleted();
  }

  @Test
  void cancel_whileTheLeaseOfTheMarkersIsOpened_isNotSentThoughItHasRead() {
    etcd.faults().delayRequest("stm", RequestKind.LEASE_GRANT, LONG);
    CompletableFuture<StmResult<String>> cancelled = begin(append("shared", "cancelled"));
    assertThat(sent("Grant")).isEqualTo(1);

    cancel(cancelled);
    etcd.runFor(Duration.ofMinutes(1));

    assertThat(value("shared")).isEmpty();
    assertThat(sent("Txn")).isZero();
  }
}
