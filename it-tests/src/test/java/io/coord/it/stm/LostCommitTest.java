package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.UnknownOutcome;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Commits whose answers are lost, their ghosts, and the markers that tell what became of them. */
class LostCommitTest {

  private static final KeyRange MARKERS = KeyRange.prefix(Bytes.utf8("__coord/stm/"));
  private static final Bytes COUNTER = Bytes.utf8("counter");

  private final SimulatedEtcd etcd = SimulatedEtcd.of(11);
  private final BlockingBodies bodies = new BlockingBodies();
  private final Coord coord = bodies.connect(etcd, "stm");
  private final Store other = etcd.client("other");

  @AfterEach
  void endBodies() {
    bodies.close();
  }

  private CompletableFuture<StmResult<String>> increment() {
    return increment(StmOptions.defaults());
  }

  private CompletableFuture<StmResult<String>> increment(StmOptions options) {
    return increment(coord, options);
  }

  private static CompletableFuture<StmResult<String>> increment(Coord coord, StmOptions options) {
    return Stm.runAsync(
        coord,
        options,
        tx -> {
          String next = Integer.toString(Integer.parseInt(tx.get("counter").orElse("0")) + 1);
          tx.put("counter", next);
          return next;
        });
  }

  private void doOther(Op op) {
    etcd.await(other.txn(TxnRequest.of(op)));
  }

  private List<KeyValue> counter() {
    return etcd.keys(KeyRange.single(COUNTER));
  }

  private String count() {
    return counter().get(0).value().utf8();
  }

  /** The marker of the next commit is there, so that its request is the next of its kind. */
  private void makeMarker() {
    etcd.await(
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("before", "1");
              return "";
            }));
  }

  private void waitForGhosts() {
    etcd.runFor(Duration.ofMinutes(2));
  }

  @Test
  void commit_replyLost_isFoundAndCountedOnce() {
    makeMarker();
    etcd.faults().loseReply("stm", RequestKind.TXN);

    StmResult<String> result = etcd.await(increment());

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(counter().get(0).modRevision()).isEqualTo(result.revision());
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void commit_replyLostAndKeyChangedSince_isStillFound() {
    etcd.await(increment());
    etcd.faults().loseReply("stm", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<StmResult<String>> run = increment();
    etcd.await(() -> etcd.revision() > before);
    doOther(Op.put(COUNTER, Bytes.utf8("70")));

    StmResult<String> result = etcd.await(run);

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.revision()).isEqualTo(before + 1);
    assertThat(count()).isEqualTo("70");
  }

  @Test
  void commit_requestLost_runsAgain() {
    makeMarker();
    etcd.faults().loseRequest("stm", RequestKind.TXN);

    StmResult<String> result = etcd.await(increment());

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void commit_arrivesAfterItWasGivenUp_isFenced() {
    makeMarker();
    etcd.faults().delayRequest("stm", RequestKind.TXN, Duration.ofSeconds(20));

    StmResult<String> result = etcd.await(increment());
    doOther(Op.delete(COUNTER));
    waitForGhosts();

    assertThat(result.value()).isEqualTo("1");
    assertThat(counter()).as("what the ghost found absent is absent again").isEmpty();
  }

  @Test
  void commit_blindWriteArrivesAfterItWasGivenUp_isFenced() {
    makeMarker();
    etcd.faults().delayRequest("stm", RequestKind.TXN, Duration.ofSeconds(20));

    etcd.await(
        Stm.runAsync(
            coord,
            tx -> {
              tx.put("counter", "1");
              return "";
            }));
    doOther(Op.put(COUNTER, Bytes.utf8("2")));
    waitForGhosts();

    assertThat(count()).isEqualTo("2");
  }

  @Test
  void commit_nextAttemptWritesNothing_ghostDoesNotEither() {
    makeMarker();
    etcd.faults().delayRequest("stm", RequestKind.TXN, Duration.ofSeconds(20));
    List<String> attempts = new ArrayList<>();

    StmResult<String> result =
        etcd.await(
            Stm.runAsync(
                coord,
                tx -> {
                  attempts.add("one");
                  if (attempts.size() == 1) {
                    tx.put("counter", "1");
                  }
                  return tx.get("other").orElse("none");
                }));
    waitForGhosts();

    assertThat(result.attempts()).isEqualTo(2);
    assertThat(counter()).isEmpty();
  }

  @Test
  void commit_fenceLostAsWell_isFoundAndCountedOnce() {
    makeMarker();
    etcd.faults().loseReply("stm", RequestKind.TXN);
    etcd.faults().loseReply("stm", RequestKind.TXN);

    assertThat(etcd.await(increment()).attempts()).isEqualTo(1);
    assertThat(count()).isEqualTo("1");
  }

  @Test
  void commit_fenceOfALostCommitLostAndRepeated_runsAgain() {
    makeMarker();
    etcd.faults().loseRequest("stm", RequestKind.TXN);
    etcd.faults().duplicateRequest("stm", RequestKind.TXN, Duration.ofSeconds(5));

    assertThat(etcd.await(increment()).attempts()).isEqualTo(2);
    waitForGhosts();
    assertThat(etcd.await(increment()).value()).isEqualTo("2");
    assertThat(count()).isEqualTo("2");
  }

  @Test
  void commit_carriedOutTwiceOnTheWay_isCountedOnce() {
    Coord behindProxy = bodies.connect(etcd, "behind", RepeatingProxy::new);

    StmResult<String> result = etcd.await(increment(behindProxy, StmOptions.defaults()));

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(counter().get(0).modRevision()).isEqualTo(result.revision());
    assertThat(count()).isEqualTo("1");
  }

  /** Carries every transaction out twice and gives the second answer. */
  private static final class RepeatingProxy extends ForwardingStore {

    RepeatingProxy(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      return super.txn(request).thenCompose(first -> super.txn(request));
    }
  }

  @Test
  void commit_cutOffForLongerThanARequestTakes_isFoundAfterwards() {
    etcd.await(increment());
    etcd.faults().loseReply("stm", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<StmResult<String>> run = increment();
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("stm", Duration.ofMinutes(4));

    StmResult<String> result = etcd.await(run);

    assertThat(result.attempts()).isEqualTo(1);
    assertThat(etcd.now()).isGreaterThan(Duration.ofMinutes(4));
    assertThat(count()).isEqualTo("2");
  }

  @Test
  void commit_cutOffForLongerThanTheLeaseLives_isUnknownAndLeavesNoGhost() {
    etcd.await(increment());
    etcd.faults().loseReply("stm", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<StmResult<String>> run = increment();
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().partition("stm", Duration.ofMinutes(9));

    assertThatThrownBy(() -> etcd.await(run)).isInstanceOf(OutcomeUnknownException.class);
    etcd.faults().heal("stm");
    waitForGhosts();

    assertThat(count()).isEqualTo("2");
    assertThat(etcd.await(increment()).value()).isEqualTo("3");
  }

  /** What a stranger and three requests that were held up could do to a marker that began at 0. */
  @Test
  void commit_leaseOfItsNewMarkerRevokedAndMadeAnewByAGhost_itsGhostIsNotApplied() {
    etcd.faults().duplicateRequest("stm", RequestKind.LEASE_GRANT, Duration.ofSeconds(60));
    etcd.faults().duplicateRequest("stm", RequestKind.TXN, Duration.ofSeconds(65));
    etcd.faults().delayRequest("stm", RequestKind.TXN, Duration.ofSeconds(70));
    assertThat(etcd.await(increment()).attempts()).isEqualTo(2);
    doOther(Op.delete(COUNTER));

    long lease = etcd.leases().get(0);
    etcd.faults().revokeLease(lease);
    etcd.runFor(Duration.ofSeconds(65).minus(etcd.now()));
    assertThat(etcd.leases()).as("made anew").contains(lease);
    waitForGhosts();

    assertThat(counter()).isEmpty();
  }

  @Test
  void commit_lostAndNotToBeResolved_isUnknownAndWritesNoMarker() {
    StmOptions options = StmOptions.defaults().withUnknownOutcome(UnknownOutcome.REPORT);
    etcd.await(increment(options));
    etcd.faults().loseReply("stm", RequestKind.TXN);

    assertThatThrownBy(() -> etcd.await(increment(options)))
        .isInstanceOf(OutcomeUnknownException.class);

    assertThat(count()).isEqualTo("2");
    assertThat(etcd.keys(MARKERS)).isEmpty();
    assertThat(etcd.leases()).isEmpty();
  }

  @Test
  void markers_manyCommitsInTurn_shareOneKey() {
    for (int i = 0; i < 20; i++) {
      etcd.await(increment());
    }
    assertThat(etcd.keys(MARKERS)).hasSize(1);
    assertThat(etcd.leases()).hasSize(1);

    etcd.faults().loseRequest("stm", RequestKind.TXN);
    etcd.await(increment());
    assertThat(etcd.keys(MARKERS)).hasSize(1);
  }

  @Test
  void markers_commitsAtTheSameTime_areNoMoreThanThose() {
    List<CompletableFuture<StmResult<String>>> runs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      runs.add(increment());
    }
    runs.forEach(etcd::await);

    assertThat(count()).isEqualTo("5");
    assertThat(etcd.keys(MARKERS)).hasSizeBetween(1, 5);
  }

  @Test
  void markers_leaseRevokedByAStranger_nextCommitOpensAnother() {
    etcd.await(increment());
    etcd.faults().revokeLease(etcd.leases().get(0));

    assertThat(etcd.await(increment()).value()).isEqualTo("2");
    assertThat(etcd.await(increment()).value()).isEqualTo("3");
    assertThat(etcd.keys(MARKERS)).hasSize(1);
    assertThat(etcd.leases()).hasSize(1);
  }

  @Test
  void markers_keyDeletedByAStranger_nextCommitUsesAnother() {
    etcd.await(increment());
    etcd.faults().deleteKey(etcd.keys(MARKERS).get(0).key());

    assertThat(etcd.await(increment()).value()).isEqualTo("2");
    assertThat(etcd.leases()).hasSize(1);
  }

  @Test
  void close_duringAPauseBetweenAttempts_endsTheTransaction() {
    StmOptions slow =
        StmOptions.defaults()
            .withUnknownOutcome(UnknownOutcome.REPORT)
            .withBackoff(Duration.ofHours(1), Duration.ofHours(1));
    List<Integer> attempts = new ArrayList<>();
    CompletableFuture<StmResult<String>> run =
        Stm.runAsync(
            coord,
            slow,
            tx -> {
              attempts.add(attempts.size());
              String read = tx.get("counter").orElse("");
              BlockingBodies.await(other.txn(TxnRequest.of(Op.put(COUNTER, Bytes.utf8(read)))));
              tx.put("counter", "mine");
              return read;
            });
    etcd.await(() -> attempts.size() == 2);
    etcd.runFor(Duration.ofSeconds(1));

    // Without a session to close, closing does not block, and so may be done here.
    coord.close();

    etcd.await(run::isDone);
    assertThatThrownBy(run::join).cause().isInstanceOf(ClosedException.class);
  }
}
