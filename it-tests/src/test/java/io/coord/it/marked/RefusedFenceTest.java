package io.coord.it.marked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.AuthenticationException;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is told of a transaction whose answer was lost, while etcd refuses the fence. */
class RefusedFenceTest {

  private static final Bytes KEY = Bytes.utf8("key");
  private static final Duration A_MOMENT = Duration.ofSeconds(1);

  private enum Mood {
    GRACIOUS,
    REFUSES_WRITES,
    REFUSES
  }

  /** Refuses the transactions that are harmless to repeat, while it is told to. */
  private static final class Moody extends ForwardingStore {

    private Mood mood = Mood.GRACIOUS;
    private int refusals;

    Moody(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      boolean taken =
          switch (mood) {
            case GRACIOUS -> true;
            case REFUSES_WRITES -> request.isReadOnly();
            case REFUSES -> false;
          };
      if (taken) {
        return super.txn(request);
      }
      refusals++;
      return CompletableFuture.failedFuture(new AuthenticationException("no token", null));
    }
  }

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final Moody store = new Moody(etcd.client("a"));
  private final Markers markers =
      Markers.of(
          CoordRuntime.over(
              Coord.builder().name("a").endpoints("http://simulated:2379").build(),
              store,
              Runnable::run),
          "__coord/test/");

  private static MarkedWork put(String value) {
    return new MarkedWork.Plain.Writes(
        List.of(), List.of(Op.put(KEY, Bytes.utf8(value))), List.of(Op.get(KEY)));
  }

  private String stored() {
    return etcd.keys(KeyRange.single(KEY)).get(0).value().utf8();
  }

  /** The put of a value, when its fence has been refused for a moment. */
  private CompletableFuture<Verdict> putThatIsRefusedAFence(Mood mood) {
    CompletableFuture<Verdict> verdict = markers.carryOut(put("2"));
    store.mood = mood;
    etcd.await(() -> store.refusals > 0);
    etcd.runFor(A_MOMENT);
    return verdict;
  }

  @Test
  void carryOut_answerLostAndTheFenceRefusedForAMoment_isFound() {
    etcd.await(markers.carryOut(put("1")));
    etcd.faults().loseReply("a", RequestKind.TXN);
    CompletableFuture<Verdict> verdict = putThatIsRefusedAFence(Mood.REFUSES);
    store.mood = Mood.GRACIOUS;

    assertThat(etcd.await(verdict)).isInstanceOf(Verdict.Applied.class);
    assertThat(stored()).isEqualTo("2");
  }

  @Test
  void carryOut_requestLostAndTheFenceRefusedForAMoment_isNotCarriedOut() {
    etcd.await(markers.carryOut(put("1")));
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<Verdict> verdict = putThatIsRefusedAFence(Mood.REFUSES_WRITES);
    store.mood = Mood.GRACIOUS;

    assertThat(etcd.await(verdict)).isInstanceOf(Verdict.NotCarriedOut.class);
    assertThat(stored()).isEqualTo("1");
  }

  @Test
  void close_betweenTwoFences_saysAtOnceThatItIsUnknown() {
    etcd.await(markers.carryOut(put("1")));
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<Verdict> verdict = putThatIsRefusedAFence(Mood.REFUSES);
    markers.close();

    assertThat(verdict)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void carryOut_requestLostAndTheFenceRefusedForGood_isUnknownSoon() {
    etcd.await(markers.carryOut(put("1")));
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<Verdict> verdict = putThatIsRefusedAFence(Mood.REFUSES_WRITES);
    etcd.runFor(Duration.ofSeconds(10));

    assertThat(verdict).isDone();
    assertThatThrownBy(() -> etcd.await(verdict)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(store.refusals).isBetween(2, 50);
  }
}
