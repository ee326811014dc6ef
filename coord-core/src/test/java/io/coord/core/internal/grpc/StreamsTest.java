package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where watches are served from; that nothing is lost on the way is tested with the hub. */
class StreamsTest {

  private static final Duration STRETCH = Duration.ofSeconds(3);
  private static final KeyRange KEY = KeyRange.single(Bytes.utf8("key"));

  private final FakeMember leader = FakeMember.start(1);
  private final FakeMember other = FakeMember.start(2).followsLeader(1);
  private final WatchOutcome outcome = new WatchOutcome();
  private Store store;

  @BeforeEach
  void watch() {
    store = ConnectedStore.connect(ConnectedStore.to(leader, other));
    // On a busy machine the other may be the first to answer; calls move to the leader, streams
    // stay.
    await().until(() -> isCallSentTo(leader));
    var unused = store.watch(KEY, 0, outcome);
    await(outcome.created());
    assertThat(leader.services().streams()).isEqualTo(1);
  }

  private boolean isCallSentTo(FakeMember member) {
    int before = member.services().calls();
    await(store.range(READ));
    return member.services().calls() > before;
  }

  @AfterEach
  void close() {
    store.close();
    leader.close();
    other.close();
  }

  @Test
  void stream_onAMemberThatIsKilled_isOpenedOnAnother() {
    leader.kill();

    await().until(() -> other.services().streams() == 1);
  }

  @Test
  void idleStream_onAMemberThatFreezes_isOpenedOnAnother() {
    leader.freeze();

    await().until(() -> other.services().streams() == 1);
  }

  @Test
  void idleStream_onAMemberThatStopsGracefullyAndFreezes_isOpenedOnAnother() {
    leader.stopGracefully();
    leader.freeze();

    await().until(() -> other.services().streams() == 1);
  }

  @Test
  void idleStream_onAMemberThatIsCutOffFromTheOthers_isOpenedOnAnother() {
    leader.followsLeader(0);
    other.followsLeader(2);

    await().until(() -> other.services().streams() == 1);
  }

  /**
   * A machine that stands still makes a member silent, so any stretch without that will do. It is
   * longer than it takes to leave a member, so one that is left each time does not pass.
   */
  @Test
  void idleStream_onAMemberThatLives_stays() {
    await()
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () -> {
              int streams = streams();
              int probes = probes();
              await().pollDelay(STRETCH).until(() -> probes() > probes + 2);
              assertThat(streams()).isEqualTo(streams);
            });
  }

  /** How many were opened. */
  private int streams() {
    return leader.services().streams() + other.services().streams();
  }

  private int probes() {
    return leader.services().probes() + other.services().probes();
  }

  @Test
  void watchStream_whenTheLeaderMoves_staysWhileCallsMove() {
    other.atTerm(3).followsLeader(2);
    leader.atTerm(3).followsLeader(2);

    await()
        .untilAsserted(
            () -> {
              await(store.range(READ));
              assertThat(other.services().calls()).isPositive();
            });

    assertThat(other.services().streams()).isZero();
  }

  @Test
  void stream_whenEveryMemberWasDown_isOpenedWhenOneIsBack() {
    leader.kill();
    other.kill();
    other.followsLeader(2);
    // Before it was killed too, the stream may have moved to it already.
    int before = other.services().streams();

    other.restart();

    await().until(() -> other.services().streams() > before);
  }
}
