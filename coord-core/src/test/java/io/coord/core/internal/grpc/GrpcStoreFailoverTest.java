package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.WRITE;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.OutcomeUnknownException;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnResult;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrpcStoreFailoverTest {

  private final FakeMember leader = FakeMember.start(1);
  private final FakeMember other = FakeMember.start(2).followsLeader(1);
  private Store store;

  @BeforeEach
  void connect() {
    store = ConnectedStore.connect(ConnectedStore.to(other, leader));
  }

  @AfterEach
  void close() {
    store.close();
    leader.close();
    other.close();
  }

  @Test
  void call_whenALeaderIsKnown_goesToIt() {
    for (int i = 0; i < 10; i++) {
      await(store.range(READ));
    }

    assertThat(leader.services().calls()).isEqualTo(10);
    assertThat(other.services().calls()).isZero();
  }

  @Test
  void call_whenAnAnswerShowsALaterTerm_soonGoesToTheNewLeader() {
    other.atTerm(3).followsLeader(2);
    leader.atTerm(3).followsLeader(2);

    await(store.range(READ));

    await()
        .untilAsserted(
            () -> {
              await(store.range(READ));
              assertThat(other.services().calls()).isPositive();
            });
  }

  @Test
  void call_afterTheMemberWasKilled_goesToAnother() {
    leader.kill();
    other.followsLeader(2);

    await(store.txn(WRITE.harmlessToRepeat()));

    assertThat(other.services().calls()).isEqualTo(1);
  }

  @Test
  void repeatableCalls_pendingOnAMemberThatIsKilled_areRepeatedOnAnother() {
    leader.services().swallowCalls();
    CompletableFuture<RangeResult> read = store.range(READ);
    CompletableFuture<TxnResult> write = store.txn(WRITE.harmlessToRepeat());
    await().until(() -> leader.services().calls() == 2);

    leader.kill();

    assertThat(await(read).revision()).isEqualTo(7);
    assertThat(await(write).succeeded()).isTrue();
  }

  @Test
  void write_pendingOnAMemberThatIsKilled_hasAnUnknownOutcome() {
    leader.services().swallowCalls();
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> leader.services().calls() == 1);

    leader.kill();

    assertThat(failure(write))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("put of \"key\"")
        .hasMessageContaining(leader.endpoint())
        .hasMessageNotContaining("secret");
    assertThat(other.services().calls()).isZero();
  }

  /** Only the call that was refused has certainly not been processed. */
  @Test
  void write_pendingWhenAnotherCallIsRefusedUnprocessed_hasAnUnknownOutcome() {
    leader.services().swallowCalls();
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> leader.services().calls() == 1);
    leader.services().answerCalls();
    leader
        .services()
        .failNext(
            Status.UNAVAILABLE.withDescription(
                "RST_STREAM closed stream. HTTP/2 error code: REFUSED_STREAM"));

    await(store.range(READ));

    assertThat(failure(write)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(other.services().calls()).as("the read").isEqualTo(1);
  }

  @Test
  void repeatableCalls_pendingOnAMemberThatFreezes_areRepeatedOnAnother() {
    leader.freeze();
    long begin = System.nanoTime();

    CompletableFuture<RangeResult> read = store.range(READ);
    CompletableFuture<TxnResult> write = store.txn(WRITE.harmlessToRepeat());

    await(read);
    await(write);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(other.services().calls()).isEqualTo(2);
  }

  @Test
  void read_pendingOnAMemberThatStopsGracefullyAndFreezes_isRepeatedOnAnother() {
    leader.freeze();
    long begin = System.nanoTime();
    CompletableFuture<RangeResult> read = store.range(READ);
    await().until(() -> leader.services().calls() == 1);

    leader.stopGracefully();

    await(read);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void write_pendingOnAMemberThatStopsGracefully_isWaitedFor() {
    leader.freeze();
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> leader.services().calls() == 1);

    leader.stopGracefully();
    await().until(this::isCallSentToTheOther);
    leader.thaw();

    assertThat(await(write).succeeded()).isTrue();
  }

  private boolean isCallSentToTheOther() {
    var unused = store.range(READ);
    return other.services().calls() > 0;
  }

  @Test
  void write_pendingOnAMemberThatFreezes_hasAnUnknownOutcome() {
    leader.freeze();

    assertThat(failure(store.txn(WRITE))).isInstanceOf(OutcomeUnknownException.class);
    assertThat(other.services().calls()).isZero();
  }

  @Test
  void write_afterAFrozenMemberWasLeft_goesToTheOther() {
    leader.freeze();
    await(store.range(READ));

    await(store.txn(WRITE));

    assertThat(other.services().calls()).isEqualTo(2);
  }

  @Test
  void frozenMember_whenThawed_isUsedAgain() {
    leader.freeze();
    await(store.range(READ));
    leader.thaw();
    int before = leader.services().calls();

    await()
        .untilAsserted(
            () -> {
              await(store.range(READ));
              assertThat(leader.services().calls()).isGreaterThan(before);
            });
  }

  @Test
  void write_onASlowMember_isWaitedFor() {
    leader.services().swallowCalls();
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> leader.services().calls() == 1);
    int before = leader.services().probes();

    await().until(() -> leader.services().probes() > before + 2);

    assertThat(write).isNotDone();
  }

  @Test
  void write_sentUnderALeaderThatWasReplaced_hasAnUnknownOutcome() {
    leader.services().swallowCalls();
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    await().until(() -> leader.services().calls() == 1);

    leader.atTerm(3).followsLeader(2);
    other.atTerm(3).followsLeader(2);

    assertThat(failure(write)).isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void read_pendingOnAMemberThatLosesItsLeader_isRepeatedOnAnother() {
    leader.services().swallowCalls();
    CompletableFuture<RangeResult> read = store.range(READ);
    await().until(() -> leader.services().calls() == 1);

    leader.followsLeader(0);
    other.followsLeader(2);

    await(read);
    assertThat(other.services().calls()).isEqualTo(1);
  }

  @Test
  void write_refusedForWantOfALeader_isSentToAnotherMember() {
    leader.followsLeader(0);
    leader.services().failNext(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));

    assertThat(await(store.txn(WRITE)).succeeded()).isTrue();

    assertThat(other.services().calls()).isEqualTo(1);
  }

  @Test
  void write_whenNoMemberHasALeader_waitsForOne() {
    leader.followsLeader(0);
    other.followsLeader(0);
    leader.services().failNext(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
    other.services().failNext(Status.UNAVAILABLE.withDescription("etcdserver: no leader"));
    CompletableFuture<TxnResult> write = store.txn(WRITE);
    int before = other.services().probes();
    await().until(() -> other.services().probes() > before + 3);
    assertThat(write).isNotDone();

    other.followsLeader(2);

    assertThat(await(write).succeeded()).isTrue();
  }

  @Test
  void write_whoseProposalWasDropped_isSentAgain() {
    leader.services().failNext(Status.UNKNOWN.withDescription("raft proposal dropped"));

    assertThat(await(store.txn(WRITE)).succeeded()).isTrue();

    assertThat(leader.services().calls()).isEqualTo(2);
  }

  @Test
  void write_thatEtcdTimedOut_hasAnUnknownOutcomeAndIsNotRepeated() {
    leader.services().failNext(Status.UNAVAILABLE.withDescription("etcdserver: request timed out"));

    assertThat(failure(store.txn(WRITE)))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("request timed out");
    assertThat(leader.services().calls()).isEqualTo(1);
  }

  @Test
  void read_duringALeaderChange_isRepeated() {
    leader.services().failNext(Status.UNAVAILABLE.withDescription("etcdserver: leader changed"));

    await(store.range(READ));

    assertThat(leader.services().calls()).isEqualTo(2);
  }

  @Test
  void write_afterAllMembersWereKilled_isUnavailableAfterTheRequestTimeout() {
    try (Store impatient =
        ConnectedStore.connect(
            ConnectedStore.to(leader, other).requestTimeout(Duration.ofMillis(700)))) {
      leader.kill();
      other.kill();
      await()
          .untilAsserted(
              () ->
                  assertThat(failure(impatient.txn(WRITE)))
                      .isInstanceOf(UnavailableException.class)
                      .hasMessageContaining("within")
                      .hasMessageContaining(leader.endpoint())
                      .hasMessageContaining(other.endpoint()));
    }
  }

  @Test
  void calls_thatAreNeverAnswered_endWithTheRequestTimeout() {
    leader.services().swallowCalls();
    try (Store impatient =
        ConnectedStore.connect(ConnectedStore.to(leader).requestTimeout(Duration.ofMillis(400)))) {
      CompletableFuture<TxnResult> write = impatient.txn(WRITE);
      CompletableFuture<RangeResult> read = impatient.range(READ);
      CompletableFuture<TxnResult> harmless = impatient.txn(WRITE.harmlessToRepeat());

      assertThat(failure(write)).isInstanceOf(OutcomeUnknownException.class);
      assertThat(failure(harmless)).isInstanceOf(UnavailableException.class);
      assertThat(failure(read))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("read of \"key\"");
    }
  }
}
