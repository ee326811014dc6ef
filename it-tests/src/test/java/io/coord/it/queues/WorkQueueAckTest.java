package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.SessionLostException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.TxnRequest;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.DuplicateItemException;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.testkit.sim.RequestKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Acknowledgements: once, by whom it belongs to, and many together. */
class WorkQueueAckTest extends WorkScenario {

  @Test
  void ack_afterTheSessionWasLost_isRefusedAndTheOtherGoesOn() {
    enqueue("1");
    Claim<String> late = claim(queue);
    etcd.faults().pause("a");
    Claim<String> current = claim(other);
    etcd.faults().resume("a");
    etcd.runFor(A_MOMENT);

    assertThat(late.isActive()).isFalse();
    assertThatThrownBy(() -> etcd.await(late.ackAsync())).isInstanceOf(SessionLostException.class);
    assertThat(counts().held()).isEqualTo(1);
    assertThat(current.fencingToken()).isGreaterThan(late.fencingToken());
    etcd.await(current.ackAsync());
  }

  @Test
  void ack_twice_theSecondIsRefused() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.await(claim.ackAsync());

    assertThatThrownBy(() -> etcd.await(claim.ackAsync()))
        .isInstanceOf(ClaimLostException.class)
        .hasMessageContaining("had ended before");
    assertThatThrownBy(() -> etcd.await(claim.nackAsync("no")))
        .isInstanceOf(ClaimLostException.class);
  }

  @Test
  void nack_heldUpForLongerThanItsDelay_isDoneWithAnother() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    int leases = etcd.leases().size();
    etcd.faults().loseRequest("a", RequestKind.TXN);
    CompletableFuture<Void> nack = claim.nackAsync("not now", Duration.ofSeconds(1));
    etcd.await(() -> etcd.leases().size() > leases);
    etcd.runFor(A_MOMENT);
    etcd.faults().partition("a", Duration.ofSeconds(6));
    etcd.await(nack);

    assertThat(claim(queue).attempt()).isEqualTo(2);
  }

  @Test
  void nack_withADelayOfALostClaim_leavesNoLease() {
    List<Claim<String>> claims = claimMany(1);
    etcd.await(deleteByHand(claims.get(0)));
    int leases = etcd.leases().size();

    assertThatThrownBy(() -> etcd.await(claims.get(0).nackAsync("late", Duration.ofHours(1))))
        .isInstanceOf(ClaimLostException.class);
    etcd.runFor(A_MOMENT);

    assertThat(etcd.leases()).hasSize(leases);
  }

  @Test
  void ack_manyAtOnce_shareTransactions() {
    List<Claim<String>> claims = claimMany(50);
    long before = etcd.revision();

    List<CompletableFuture<Void>> acks = claims.stream().map(Claim::ackAsync).toList();
    acks.forEach(etcd::await);

    assertThat(etcd.revision() - before).as("with two new markers").isBetween(2L, 10L);
    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void ack_amongOthersWhoseClaimEnded_isDoneAndOnlyTheOtherIsRefused() {
    List<Claim<String>> claims = claimMany(10);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    acks.add(claims.get(0).ackAsync());
    etcd.await(deleteByHand(claims.get(5)));
    for (Claim<String> claim : claims.subList(1, 10)) {
      acks.add(claim.ackAsync());
    }
    for (int i = 0; i < acks.size(); i++) {
      CompletableFuture<Void> ack = acks.get(i);
      if (i == 5) {
        assertThatThrownBy(() -> etcd.await(ack)).isInstanceOf(ClaimLostException.class);
      } else {
        etcd.await(ack);
      }
    }
  }

  @Test
  void ack_twiceAtOnce_isDoneOnce() {
    List<Claim<String>> claims = claimMany(3);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    acks.add(claims.get(0).ackAsync());
    acks.add(claims.get(1).ackAsync());
    acks.add(claims.get(2).ackAsync());
    acks.add(claims.get(1).ackAsync());
    etcd.await(() -> acks.stream().allMatch(CompletableFuture::isDone));

    assertThat(acks).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
    assertThat(acks.get(0)).isCompleted();
    assertThat(acks.get(2)).isCompleted();
  }

  private List<Claim<String>> claimMany(int count) {
    List<CompletableFuture<Claim<String>>> claims = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      enqueue("v" + i);
      claims.add(other.claimAsync());
    }
    return claims.stream().map(etcd::await).toList();
  }

  private CompletableFuture<?> deleteByHand(Claim<String> claim) {
    Bytes live = Bytes.utf8(claim.key());
    return CoordRuntime.of(a).store().txn(TxnRequest.of(Op.delete(live)));
  }

  @Test
  void ack_twiceAmongOthersInOneGroup_isDoneOnce() {
    List<Claim<String>> claims = claimMany(3);
    List<CompletableFuture<Void>> acks = new ArrayList<>();
    for (int i : new int[] {0, 1, 2, 2}) {
      acks.add(claims.get(i).ackAsync());
    }
    acks.subList(0, 3).forEach(etcd::await);

    assertThatThrownBy(() -> etcd.await(acks.get(3))).isInstanceOf(ClaimLostException.class);
  }

  @Test
  void drop_deadItemWithAnId_letsTheIdBeUsedAgain() {
    EnqueueOptions once = EnqueueOptions.defaults().withId("invoice-7");
    etcd.await(queue.enqueueAsync("1", once));
    for (int i = 0; i < 2; i++) {
      etcd.await(claim(queue).nackAsync("no"));
    }
    assertThatThrownBy(() -> etcd.await(queue.enqueueAsync("2", once)))
        .isInstanceOf(DuplicateItemException.class);
    etcd.await(queue.dropAsync(etcd.await(queue.deadLettersAsync()).get(0).id()));
    etcd.await(queue.enqueueAsync("3", once));

    assertThat(claim(queue).value()).isEqualTo("3");
  }

  @Test
  void ack_replyLost_isDoneOnce() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.faults().loseReply("a", RequestKind.TXN);
    etcd.await(claim.ackAsync());

    assertThat(counts()).isEqualTo(new WorkCounts(0, 0, 0));
  }

  @Test
  void nack_negativeDelay_isRefusedWithItAndTheClaimStands() {
    enqueue("1");
    Claim<String> claim = claim(other);

    assertThatThrownBy(() -> claim.nackAsync("later", Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the delay is PT-1S");

    etcd.await(claim.ackAsync());
  }
}
