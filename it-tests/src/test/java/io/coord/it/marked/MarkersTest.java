package io.coord.it.marked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.CoordException;
import io.coord.core.OutcomeUnknownException;
import io.coord.core.PermissionDeniedException;
import io.coord.core.RefusedException;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.marked.Mark;
import io.coord.core.internal.marked.MarkedWork;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import io.coord.testkit.sim.RequestKind;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A marker's life: how it is made, what its transactions tell, and what becomes of its ghosts. */
class MarkersTest {

  private static final String PREFIX = "__coord/test/";
  private static final Bytes KEY = Bytes.utf8("key");
  private static final Duration A_MOMENT = Duration.ofSeconds(1);
  private static final Duration UNTIL_GHOSTS_CAME = Duration.ofMinutes(3);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(5);
  private final Coord coord = etcd.coord("a");
  private final Markers markers = Markers.of(CoordRuntime.of(coord), PREFIX);

  private static MarkedWork put(String value) {
    return new MarkedWork.Plain.Writes(
        List.of(Compare.absent(KEY)),
        List.of(Op.put(KEY, Bytes.utf8(value))),
        List.of(Op.get(KEY)));
  }

  private Verdict carryOut(MarkedWork work) {
    return etcd.await(markers.carryOut(work));
  }

  private List<KeyValue> stored() {
    return etcd.keys(KeyRange.single(KEY));
  }

  private List<KeyValue> markerKeys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8(PREFIX)));
  }

  private void deleteKey() {
    etcd.faults().deleteKey(KEY);
  }

  @Test
  void carryOut_plain_tellsItsRevisionAndWhatWasThereInstead() {
    Verdict first = carryOut(put("1"));
    Verdict second = carryOut(put("2"));

    assertThat(first).isInstanceOf(Verdict.Applied.class);
    assertThat(((Verdict.Applied) first).revision()).isEqualTo(stored().get(0).modRevision());
    assertThat(second).isInstanceOf(Verdict.ConditionsNotMet.class);
    assertThat(((Verdict.ConditionsNotMet) second).evidence().get(0).kvs()).isEqualTo(stored());
    assertThat(((Verdict.ConditionsNotMet) second).revision()).isEqualTo(etcd.revision());
  }

  @Test
  void carryOut_branching_tellsWhichBranchItWas() {
    MarkedWork.Branching work =
        new MarkedWork.Branching() {
          @Override
          public List<Op> ops(Mark mark) {
            return List.of(
                new Op.Nested(
                    TxnRequest.when(Compare.absent(KEY))
                        .then(Op.put(KEY, Bytes.utf8("1")), mark.put("was absent"))));
          }

          @Override
          public List<Op> evidence(Mark mark) {
            return List.of(Op.get(KEY));
          }
        };
    carryOut(put("0"));
    deleteKey();
    etcd.faults().loseReply("a", RequestKind.TXN);
    Verdict first = carryOut(work);
    Verdict second = carryOut(work);

    assertThat(((Verdict.Applied) first).note()).isEqualTo("was absent");
    assertThat(((Verdict.Applied) first).evidence().get(0).kvs()).isEqualTo(stored());
    assertThat(second).isInstanceOf(Verdict.ConditionsNotMet.class);
  }

  @Test
  void carryOut_firstOfAll_putsItsMarkerOnceAndLaterOnesOnlyRewriteIt() {
    carryOut(put("1"));
    List<KeyValue> made = markerKeys();
    assertThat(made).hasSize(1);
    assertThat(made.get(0).version()).as("the put of the marker, and the transaction").isEqualTo(2);

    for (int i = 0; i < 5; i++) {
      deleteKey();
      carryOut(put("2"));
    }
    assertThat(markerKeys()).hasSize(1);
    assertThat(markerKeys().get(0).version()).isEqualTo(7);
  }

  @Test
  void carryOut_putOfTheMarkerLostInAnyWay_isCarriedOutOnce() {
    etcd.faults().loseRequest("a", RequestKind.TXN);
    etcd.faults().loseReply("a", RequestKind.TXN);
    assertThat(carryOut(put("1"))).isInstanceOf(Verdict.Applied.class);

    assertThat(markerKeys()).hasSize(1);
    assertThat(stored().get(0).version()).isEqualTo(1);
  }

  @Test
  void carryOut_answerLost_isFound() {
    carryOut(put("0"));
    deleteKey();
    etcd.faults().loseReply("a", RequestKind.TXN);
    Verdict verdict = carryOut(put("1"));

    assertThat(((Verdict.Applied) verdict).revision()).isEqualTo(stored().get(0).modRevision());
  }

  /** The lease is revoked, and a ghost of its grant, one of the put, and one of the work come. */
  @Test
  void carryOut_everythingOfANewMarkerComesAgain_isStillNotCarriedOut() {
    etcd.faults().duplicateRequest("a", RequestKind.LEASE_GRANT, Duration.ofSeconds(60));
    etcd.faults().duplicateRequest("a", RequestKind.TXN, Duration.ofSeconds(65));
    etcd.faults().delayRequest("a", RequestKind.TXN, Duration.ofSeconds(70));
    assertThat(carryOut(put("ghost"))).isInstanceOf(Verdict.NotCarriedOut.class);

    KeyValue marker = markerKeys().get(0);
    etcd.faults().revokeLease(marker.lease());
    etcd.runFor(Duration.ofSeconds(68).minus(etcd.now()));
    assertThat(markerKeys()).extracting(KeyValue::key).as("made anew").contains(marker.key());
    etcd.runFor(UNTIL_GHOSTS_CAME);

    assertThat(stored()).isEmpty();
  }

  @Test
  void carryOut_leaseRevokedWhileTheMarkerIsPut_usesAnother() {
    CompletableFuture<Verdict> verdict = markers.carryOut(put("1"));
    etcd.await(() -> !etcd.leases().isEmpty());
    etcd.faults().revokeLease(etcd.leases().get(0));

    assertThat(etcd.await(verdict)).isInstanceOf(Verdict.Applied.class);
    assertThat(etcd.leases()).hasSize(1);
    assertThat(etcd.now()).as("no one is asked again and again").isLessThan(A_MOMENT);
  }

  @Test
  void carryOut_leaseRevokedBetweenThePutAndTheWork_isNotCarriedOutAndTheNextUsesAnother() {
    CompletableFuture<Verdict> verdict = markers.carryOut(put("1"));
    etcd.await(() -> !markerKeys().isEmpty());
    etcd.faults().revokeLease(etcd.leases().get(0));

    assertThat(etcd.await(verdict)).isInstanceOf(Verdict.NotCarriedOut.class);
    assertThat(stored()).isEmpty();
    assertThat(carryOut(put("2"))).isInstanceOf(Verdict.Applied.class);
    assertThat(etcd.leases()).hasSize(1);
  }

  @Test
  void carryOut_anotherLeaseOfTheWorkIsMissing_saysSoAndKeepsItsOwn() {
    MarkedWork work =
        new MarkedWork.Plain.Writes(
            List.of(), List.of(Op.put(KEY, Bytes.utf8("1"), 4711)), List.of());

    assertThat(carryOut(work)).isInstanceOf(Verdict.LeaseMissing.class);
    assertThat(stored()).isEmpty();
    assertThat(carryOut(put("2"))).isInstanceOf(Verdict.Applied.class);
    assertThat(markerKeys()).hasSize(1);
  }

  @Test
  void carryOut_underASessionWhoseLeaseIsRevoked_failsWithTheSessionsEnd() {
    LeaseSession session =
        LeaseSession.of(etcd.await(coord.openSessionAsync(Duration.ofSeconds(10))));
    Markers ofSession = Markers.under(session, PREFIX);
    etcd.faults().revokeLease(session.leaseId());

    assertThatThrownBy(() -> etcd.await(ofSession.carryOut(put("1"))))
        .isInstanceOf(SessionLostException.class);
    assertThat(stored()).isEmpty();
  }

  @Test
  void carryOut_calledOffFromTheStart_sendsNothing() {
    assertThatThrownBy(() -> carryOut(new CalledOff(() -> true)))
        .isInstanceOf(CancellationException.class);

    assertThat(etcd.revision()).isEqualTo(1);
  }

  @Test
  void carryOut_calledOffWhileTheMarkerIsPut_keepsTheMarker() {
    assertThatThrownBy(() -> carryOut(new CalledOff(() -> !markerKeys().isEmpty())))
        .isInstanceOf(CancellationException.class);

    assertThat(stored()).isEmpty();
    assertThat(markerKeys()).hasSize(1);
    carryOut(put("1"));
    assertThat(markerKeys()).hasSize(1);
  }

  /** Nobody wants it any more, since something happened. */
  private record CalledOff(BooleanSupplier since) implements MarkedWork.Plain {
    @Override
    public boolean isCalledOff() {
      return since.getAsBoolean();
    }

    @Override
    public List<Compare> conditions() {
      return List.of();
    }

    @Override
    public List<Op> writes() {
      return List.of(Op.put(KEY, Bytes.EMPTY));
    }

    @Override
    public List<Op> otherwise() {
      return List.of();
    }
  }

  @Test
  void carryOut_mayNotWriteMarkers_failsAfterOneRequest() {
    NoPermission store = new NoPermission(etcd.client("denied"));
    Markers denied = Markers.of(CoordRuntime.over(coord.config(), store, Runnable::run), PREFIX);

    assertThatThrownBy(() -> etcd.await(denied.carryOut(put("1"))))
        .isInstanceOf(PermissionDeniedException.class);
    assertThat(store.transactions).isEqualTo(1);
  }

  /** Refuses every transaction. */
  private static final class NoPermission extends ForwardingStore {
    private int transactions;

    NoPermission(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      transactions++;
      return CompletableFuture.failedFuture(new PermissionDeniedException("not for you", null));
    }
  }

  @Test
  void carryOut_etcdHasNoSpaceForIt_isRefused() {
    Full store = new Full(etcd.client("full"));
    Markers full = Markers.of(CoordRuntime.over(coord.config(), store, Runnable::run), PREFIX);
    etcd.await(full.carryOut(put("1")));
    deleteKey();
    store.isFull = true;

    assertThatThrownBy(() -> etcd.await(full.carryOut(put("2"))))
        .isInstanceOf(RefusedException.class);
    assertThat(stored()).isEmpty();

    store.isFull = false;
    assertThat(etcd.await(full.carryOut(put("3")))).isInstanceOf(Verdict.Applied.class);
    assertThat(markerKeys()).as("its marker is still good").hasSize(1);
  }

  @Test
  void carryOut_etcdHasNoSpaceAfterIt_isFound() {
    Full store = new Full(etcd.client("full"));
    Markers full = Markers.of(CoordRuntime.over(coord.config(), store, Runnable::run), PREFIX);
    etcd.await(full.carryOut(put("1")));
    deleteKey();
    store.isFull = true;
    store.appliesTheNext = true;

    assertThat(etcd.await(full.carryOut(put("2")))).isInstanceOf(Verdict.Applied.class);
    assertThat(stored().get(0).value().utf8()).isEqualTo("2");
  }

  /** Like etcd at its quota: refuses what puts, but may have applied the one that filled it. */
  private static final class Full extends ForwardingStore {
    private final RefusedException noSpace = new RefusedException("no space", null);

    private boolean isFull;
    private boolean appliesTheNext;

    Full(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      if (!isFull || request.isReadOnly()) {
        return super.txn(request);
      }
      CompletableFuture<?> first =
          appliesTheNext ? super.txn(request) : CompletableFuture.completedFuture(null);
      appliesTheNext = false;
      CoordException failure =
          request.isRepeatable() ? noSpace : new OutcomeUnknownException("no space", noSpace);
      return first.thenCompose(done -> CompletableFuture.failedFuture(failure));
    }
  }

  @Test
  void close_whileTheOutcomeIsBeingFoundOut_saysThatItIsUnknown() {
    carryOut(put("0"));
    deleteKey();
    etcd.faults().loseReply("a", RequestKind.TXN);
    long before = etcd.revision();
    CompletableFuture<Verdict> verdict = markers.carryOut(put("1"));
    etcd.await(() -> etcd.revision() > before);
    etcd.faults().stopServer();
    etcd.runFor(Duration.ofMinutes(1));
    assertThat(verdict).isNotDone();
    markers.close();
    etcd.runFor(Duration.ofMinutes(1));

    assertThatThrownBy(() -> etcd.await(verdict)).isInstanceOf(OutcomeUnknownException.class);
  }
}
