package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.stm.Stm;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.stm.TransactionBody;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Shared commits that are sent while another one of the same connection is under way. */
class SeveralUnderWayTest extends SimulatedStm {

  private static final int MANY = 16;

  /** Less than what a request may take, so that the answer does not count as lost. */
  private static final Duration LONG = Duration.ofMillis(250);

  /** On a base on which several have arrived, a commit that takes long. */
  private CompletableFuture<StmResult<String>> slowOneIsUnderWay(String key) {
    for (int i = 0; i < 6; i++) {
      run(increment(key));
    }
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    long before = sent("Txn");
    CompletableFuture<StmResult<String>> slow = Stm.runAsync(coord, increment(key));
    etcd.await(() -> sent("Txn") > before);
    return slow;
  }

  private List<CompletableFuture<StmResult<String>>> incrementEach(int keys) {
    return IntStream.range(0, keys)
        .mapToObj(i -> Stm.runAsync(coord, increment("key" + i)))
        .toList();
  }

  @Test
  void disjoint_many_areCommittedWhileAnotherIsUnderWay() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    long before = sent("Txn");

    List<StmResult<String>> results = incrementEach(MANY).stream().map(etcd::await).toList();

    assertThat(slow).isNotDone();
    assertThat(sent("Txn") - before).as("a marker of its own, and one commit").isEqualTo(2);
    assertThat(results).extracting(StmResult::revision).containsOnly(results.get(0).revision());
    assertThat(etcd.await(slow).value()).isEqualTo("7");
    assertThat(etcd.await(slow).revision()).isGreaterThan(results.get(0).revision());
    assertThat(etcd.await(slow).attempts()).isEqualTo(1);
  }

  @Test
  void disjoint_few_waitForCompany() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    long before = sent("Txn");

    List<CompletableFuture<StmResult<String>>> few = incrementEach(MANY - 1);
    etcd.runFor(Duration.ofMillis(100));

    assertThat(sent("Txn")).isEqualTo(before);
    etcd.await(slow);
    few.forEach(etcd::await);
    assertThat(sent("Txn") - before).isEqualTo(1);
  }

  @Test
  void sameKey_many_waitForTheOneUnderWay() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    long before = sent("Txn");

    List<CompletableFuture<StmResult<String>>> others =
        IntStream.range(0, 2 * MANY).mapToObj(i -> Stm.runAsync(coord, increment("slow"))).toList();
    etcd.runFor(Duration.ofMillis(100));

    assertThat(sent("Txn")).isEqualTo(before);
    others.forEach(etcd::await);
    assertThat(etcd.await(slow).attempts()).isEqualTo(1);
    assertThat(value("slow")).contains(Integer.toString(7 + 2 * MANY));
  }

  @Test
  void readsWhatIsWrittenUnderWay_waitsForIt() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");

    CompletableFuture<StmResult<String>> reader =
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("copy", tx.get("slow").orElse("none"));
              return "";
            });
    List<CompletableFuture<StmResult<String>>> others = incrementEach(MANY);
    others.forEach(etcd::await);

    assertThat(slow).isNotDone();
    assertThat(reader).isNotDone();
    etcd.await(reader);
    assertThat(value("copy")).contains("7");
  }

  @Test
  void readWhatIsWrittenUnderWay_manyWhileOthersArrive_waitForIt() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    List<CompletableFuture<StmResult<String>>> readers =
        IntStream.range(0, MANY)
            .mapToObj(i -> Stm.runAsync(coord, copy("copy" + i, "slow")))
            .toList();

    incrementEach(MANY).forEach(etcd::await);

    assertThat(slow).isNotDone();
    assertThat(readers).noneMatch(CompletableFuture::isDone);
    assertThat(readers.stream().map(etcd::await)).allMatch(copied -> copied.value().equals("7"));
  }

  @Test
  void readsWhatTwoThatWaitWrite_waitsForBoth() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    Stream.of("left", "right").forEach(name -> Stm.runAsync(coord, tx -> putMany(tx, name)));
    etcd.runFor(Duration.ofMillis(10));

    StmResult<String> both = etcd.await(Stm.runAsync(coord, copy("both", "left 0", "right 0")));

    assertThat(slow).isCompleted();
    assertThat(both.value()).isEqualTo("leftright");
    assertThat(both.attempts()).isEqualTo(1);
  }

  /** So many keys that two of these do not fit into one commit. */
  private static String putMany(Transaction tx, String name) {
    IntStream.range(0, 100).forEach(i -> tx.put(name + " " + i, name));
    return name;
  }

  private static TransactionBody<String, RuntimeException> copy(String to, String... from) {
    return tx -> {
      String all = String.join("", tx.getAll(from).values());
      tx.put(to, all);
      return all;
    };
  }

  @Test
  void overwritesWhatIsReadUnderWay_waitsForIt() {
    run(increment("read"));
    for (int i = 0; i < 6; i++) {
      run(increment("slow"));
    }
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    long before = sent("Txn");
    CompletableFuture<StmResult<String>> slow =
        Stm.runAsync(
            coord,
            tx -> {
              String read = tx.get("read").orElse("none");
              tx.put("slow", read);
              return read;
            });
    etcd.await(() -> sent("Txn") > before);

    CompletableFuture<StmResult<String>> writer = Stm.runAsync(coord, increment("read"));
    incrementEach(MANY).forEach(etcd::await);

    assertThat(slow).isNotDone();
    assertThat(writer).isNotDone();
    assertThat(etcd.await(slow).attempts()).isEqualTo(1);
    assertThat(etcd.await(writer).value()).isEqualTo("2");
  }

  @Test
  void oneMeetsAConflict_theOtherUnderWayIsCountedOnce() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    put("slow", "50");
    etcd.faults().delayRequest("stm", RequestKind.TXN, LONG);
    List<CompletableFuture<StmResult<String>>> others = incrementEach(MANY);

    assertThat(etcd.await(slow).value()).isEqualTo("51");
    assertThat(etcd.await(slow).attempts()).isEqualTo(2);
    for (CompletableFuture<StmResult<String>> other : others) {
      assertThat(etcd.await(other).attempts()).isEqualTo(1);
    }
    for (int i = 0; i < MANY; i++) {
      assertThat(value("key" + i)).contains("1");
    }
  }

  @Test
  void replyOfOneLost_bothCountOnce() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    etcd.faults().loseReply("stm", RequestKind.TXN);

    incrementEach(MANY).forEach(etcd::await);
    etcd.await(slow);

    assertThat(value("slow")).contains("7");
    for (int i = 0; i < MANY; i++) {
      assertThat(value("key" + i)).contains("1");
    }
  }

  @Test
  void closed_bothEnd() {
    CompletableFuture<StmResult<String>> slow = slowOneIsUnderWay("slow");
    List<CompletableFuture<StmResult<String>>> others = incrementEach(MANY);
    etcd.runFor(Duration.ofMillis(1));

    etcd.close(coord);

    etcd.await(() -> slow.isDone() && others.stream().allMatch(CompletableFuture::isDone));
  }
}
