package io.coord.it.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Guard;
import io.coord.core.GuardFailedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.testkit.sim.MessageFault;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Plain transactions that depend on what is held. */
class GuardTest {

  private static final Bytes KEY = Bytes.utf8("held");

  private final SimulatedEtcd etcd =
      SimulatedEtcd.of(5, SimulatedFaults.none().with(MessageFault.LAG, 1));
  private final Coord coord = etcd.coord("a");
  private final Store stranger = etcd.client("stranger");

  private Guard hold() {
    return Guard.exists(KEY, etcd.await(stranger.txn(put("1"))).revision());
  }

  private static TxnRequest put(String value) {
    return TxnRequest.of(Op.put(KEY, Bytes.utf8(value)));
  }

  private void letGo() {
    etcd.await(stranger.txn(TxnRequest.of(Op.delete(KEY))));
  }

  @Test
  void commit_guardButNoWrite_isNeverDecidedByAMemberThatLags() {
    for (int i = 0; i < 20; i++) {
      Guard guard = hold();
      letGo();

      CompletableFuture<Long> commit = coord.transaction().require(guard).commitAsync();

      assertThatThrownBy(() -> etcd.await(commit))
          .isInstanceOf(GuardFailedException.class)
          .hasMessageContaining("the key is gone");
    }
  }

  @Test
  void commit_guardOfACreation_outlivesAnotherWriteOfTheKey() {
    Guard guard = hold();
    etcd.await(stranger.txn(put("2")));

    etcd.await(coord.transaction().require(guard).put("row", "written").commitAsync());

    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row")))).hasSize(1);
  }

  @Test
  void commit_guardOfAWrite_endsWithTheNextWriteOfTheKey() {
    Guard guard = Guard.unchanged(KEY, hold().revision());
    etcd.await(stranger.txn(put("2")));

    assertThatThrownBy(
            () -> etcd.await(coord.transaction().require(guard).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class)
        .hasMessageContaining("it is now of revision");
    assertThat(etcd.keys(KeyRange.single(Bytes.utf8("row")))).isEmpty();
  }

  @Test
  void commit_guardOfAKeyThatWasMadeAnew_fails() {
    Guard guard = hold();
    letGo();
    etcd.await(stranger.txn(put("1")));

    assertThatThrownBy(
            () -> etcd.await(coord.transaction().require(guard).put("row", "late").commitAsync()))
        .isInstanceOf(GuardFailedException.class);
  }
}
