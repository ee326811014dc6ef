package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A member of a double barrier whose permission to write is missing for a while. */
class DoubleBarrierRefusalTest extends DoubleBarrierScenario {

  /** Refuses every transaction while it is told to. */
  private static final class Moody extends ForwardingStore {
    private boolean refuses;

    Moody(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<TxnResult> txn(TxnRequest request) {
      return refuses
          ? CompletableFuture.failedFuture(new RefusedException("no permission", null))
          : super.txn(request);
    }
  }

  private final Moody store = new Moody(etcd.client("moody"));
  private final Coord moody =
      CoordRuntime.over(
          Coord.builder().endpoints("http://simulated:2379").name("moody").build(),
          store,
          Runnable::run);
  private final DoubleBarrier member = member(moody, 2);

  private void cancelWhileRefused() {
    CompletableFuture<Void> first = waiting(member.enterAsync());
    store.refuses = true;
    first.cancel(false);
    etcd.runFor(A_MOMENT);
  }

  @Test
  void enter_keyOfBeforeCannotBeDeleted_saysSo() {
    cancelWhileRefused();

    assertThatThrownBy(() -> etcd.await(member.enterAsync())).isInstanceOf(RefusedException.class);
  }

  @Test
  void enter_announcementIsRefused_saysSo() {
    waiting(member(b, 2).enterAsync());
    CompletableFuture<Void> entering = member.enterAsync();
    etcd.await(() -> keys().size() == 2);
    store.refuses = true;

    assertThatThrownBy(() -> etcd.await(entering)).isInstanceOf(RefusedException.class);
  }

  @Test
  void leave_keyCannotBeDeleted_saysSo() {
    enterBoth();
    store.refuses = true;

    assertThatThrownBy(() -> etcd.await(member.leaveAsync())).isInstanceOf(RefusedException.class);
  }

  @Test
  void leave_tidyingUpIsRefused_endsAllTheSame() {
    DoubleBarrier other = enterBoth();
    CompletableFuture<Void> leaving = waiting(member.leaveAsync());
    store.refuses = true;
    CompletableFuture<Void> last = other.leaveAsync();

    etcd.await(leaving);
    etcd.await(last);
  }

  private DoubleBarrier enterBoth() {
    DoubleBarrier other = member(b, 2);
    CompletableFuture<Void> waiter = waiting(other.enterAsync());
    etcd.await(member.enterAsync());
    etcd.await(waiter);
    return other;
  }

  @Test
  void enter_keyOfBeforeWasDeletedOnceItWasAllowed_waitsForAnother() {
    cancelWhileRefused();
    store.refuses = false;
    etcd.runFor(Duration.ofSeconds(2));
    assertThat(keys()).isEmpty();
    CompletableFuture<Void> second = waiting(member.enterAsync());
    etcd.await(member(b, 2).enterAsync());

    etcd.await(second);
  }
}
