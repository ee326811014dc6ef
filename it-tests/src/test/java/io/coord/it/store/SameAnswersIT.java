package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.LeaseStatus;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdClusterException;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.sim.SimulatedFaults;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The simulated etcd answers as the real one does, whatever is asked: the rules of the contract say
 * what somebody has thought of, and this finds what nobody has.
 */
@EtcdTest(cleaning = EtcdTest.Cleaning.BEFORE_EACH)
class SameAnswersIT {

  private static final int REQUESTS = 500;
  private static final Bytes SENTINEL = Bytes.utf8("sentinel");
  private static final KeyRange EVERYTHING = KeyRange.prefix(Bytes.EMPTY);

  private final EtcdCluster cluster;

  SameAnswersIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anyRequest_onBoth_givesTheSameAnswer(long seed) {
    try (Lab real = new EtcdLab(cluster);
        Lab simulated = new SimulatedLab(seed, SimulatedFaults.none())) {
      Twins twins = new Twins(real, simulated, seed);
      for (int i = 0; i < REQUESTS; i++) {
        twins.step("seed " + seed + ", request " + i + ": ");
      }
      twins.end();
    }
  }

  /** A real etcd and a simulated one that are asked the same. */
  private static final class Twins {
    private final Lab real;
    private final Lab simulated;
    private final RandomRequests requests;
    private final ContractListener realPast;
    private final ContractListener simulatedPast;
    private long compacted;

    /** Gives both the same revision, and no key. */
    Twins(Lab real, Lab simulated, long seed) {
      this.real = real;
      this.simulated = simulated;
      both(lab -> lab.txn(Op.put(SENTINEL, Bytes.EMPTY)));
      while (simulated.revision() < real.revision()) {
        simulated.txn(Op.put(SENTINEL, Bytes.EMPTY));
      }
      this.realPast = real.watchNow(EVERYTHING);
      this.simulatedPast = simulated.watchNow(EVERYTHING);
      both(lab -> lab.txn(Op.delete(SENTINEL)));
      this.requests = new RandomRequests(seed, real.revision());
    }

    private void both(Consumer<Lab> action) {
      action.accept(real);
      action.accept(simulated);
    }

    void step(String which) {
      long present = real.revision();
      long lease = requests.lease();
      switch (requests.below(20)) {
        case 0 -> compare(which + "grant", store -> store.grantLease(lease, 600));
        case 1 -> compare(which + "revoke", store -> store.revokeLease(lease));
        case 2 -> {
          compare(which + "renew", store -> store.keepLeaseAlive(lease));
          compare(
              which + "status",
              store -> store.leaseStatus(lease).thenApply(LeaseStatus::grantedSeconds));
        }
        case 3 -> compactSometimes();
        case 4 -> watchThePast(which, present);
        case 5, 6 -> {
          TxnRequest txn = requests.readingTxn(present);
          compare(which + txn, store -> store.txn(txn));
        }
        case 7, 8, 9 -> {
          RangeRequest read = requests.read(present);
          compare(which + read, store -> store.range(read));
        }
        default -> {
          TxnRequest txn = requests.txn();
          compare(which + txn, store -> store.txn(txn));
        }
      }
    }

    private void compare(String what, Function<Store, CompletableFuture<?>> request) {
      assertThat(answer(simulated, request)).as(what).isEqualTo(answer(real, request));
    }

    private void compactSometimes() {
      if (requests.below(5) == 0 && !realPast.events().isEmpty()) {
        try {
          compacted = real.compact();
          assertThat(simulated.compact()).isEqualTo(compacted);
        } catch (EtcdClusterException e) {
          // Nothing has happened since the last time.
        }
      }
    }

    private void watchThePast(String which, long present) {
      KeyRange range = requests.range();
      long from = requests.revision(present);
      Changes changes = requests.changes();
      boolean isToFail = from <= compacted;
      catchUp(present);
      assertThat(watched(simulated, simulatedPast, range, from, changes, isToFail))
          .as("%swatch %s of %s from %d", which, changes, range, from)
          .isEqualTo(watched(real, realPast, range, from, changes, isToFail));
    }

    private void catchUp(long present) {
      real.await(() -> last(realPast) == present);
      simulated.await(() -> last(simulatedPast) == present);
    }

    /** Both have told of the same changes; no lease is left. */
    void end() {
      catchUp(real.revision());
      assertThat(simulatedPast.events()).isEqualTo(realPast.events());
      for (long lease : requests.leases()) {
        boolean unused = real.await(real.store().revokeLease(lease));
      }
    }
  }

  private static long last(ContractListener listener) {
    List<Long> revisions = listener.revisions();
    return revisions.isEmpty() ? 0 : revisions.get(revisions.size() - 1);
  }

  private static Object answer(Lab lab, Function<Store, CompletableFuture<?>> request) {
    try {
      return lab.await(request.apply(lab.store()));
    } catch (CoordException e) {
      return kind(e);
    }
  }

  /** The kinds of failures are those of the core; the simulation has some that are more precise. */
  private static Class<?> kind(CoordException failure) {
    Class<?> kind = failure.getClass();
    return kind.getPackageName().startsWith("io.coord.core") ? kind : kind.getSuperclass();
  }

  /** What a watch of the past tells up to now, or how it ended. */
  private static Object watched(
      Lab lab,
      ContractListener past,
      KeyRange range,
      long from,
      Changes changes,
      boolean isToFail) {
    long expected =
        past.events().stream().filter(event -> isWatched(event, range, from, changes)).count();
    ContractListener listener = lab.listener();
    listener.opened(lab.store().watch(range, from, changes, listener));
    lab.await(
        () ->
            isOver(listener)
                || (!isToFail && listener.isCreated() && listener.events().size() >= expected));
    lab.onThreadOf(lab.store(), listener::close);
    return List.of(
        listener.events(),
        listener.compacted(),
        listener.failed().stream().map(SameAnswersIT::kind).toList());
  }

  private static boolean isWatched(WatchEvent event, KeyRange range, long from, Changes changes) {
    return event.kv().modRevision() >= from
        && range.contains(event.kv().key())
        && switch (changes) {
          case ALL -> true;
          case PUTS -> event.type() == WatchEvent.Type.PUT;
          case DELETIONS -> event.type() == WatchEvent.Type.DELETE;
        };
  }

  private static boolean isOver(ContractListener listener) {
    return !listener.compacted().isEmpty() || !listener.failed().isEmpty();
  }
}
