package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.ConnectedStore.READ;
import static io.coord.core.internal.grpc.ConnectedStore.await;
import static io.coord.core.internal.grpc.ConnectedStore.connecting;
import static io.coord.core.internal.grpc.ConnectedStore.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.CoordBuilder;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.NamespacedStore;
import io.coord.core.internal.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GrpcStoreConnectTest {

  private static final Duration SOON = Duration.ofMillis(600);

  @Test
  void connect_withNoMember_failsWithinTheTimeoutAndNamesEveryEndpoint() throws IOException {
    String first = "http://127.0.0.1:" + unusedPort();
    String second = "http://127.0.0.1:" + unusedPort();

    Throwable failure = failure(connecting(impatient("no-member", first, second)));

    assertThat(failure)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(first)
        .hasMessageContaining(second)
        .hasMessageContaining("Connection refused")
        .hasMessageContaining("600 ms");
    assertNoThread("no-member-io");
  }

  @Test
  void connect_toAHostThatDoesNotExist_saysSo() {
    Throwable failure =
        failure(connecting(impatient("no-host", "http://no-such-host.invalid:2379")));

    assertThat(failure)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no-such-host.invalid");
    assertNoThread("no-host-io");
  }

  @Test
  void connect_toAMemberThatNeverAnswers_failsWithinTheTimeout() {
    try (FakeMember frozen = FakeMember.start(1)) {
      frozen.freeze();

      Throwable failure = failure(connecting(impatient("frozen", frozen.endpoint())));

      assertThat(failure)
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining(frozen.endpoint());
      assertNoThread("frozen-io");
    }
  }

  @Test
  void connect_cancelled_leavesNothingBehind() {
    try (FakeMember frozen = FakeMember.start(1)) {
      frozen.freeze();
      CompletableFuture<Store> connecting =
          connecting(Coord.builder().name("cancelled").endpoints(frozen.endpoint()));

      connecting.cancel(true);

      assertNoThread("cancelled-io");
    }
  }

  @Test
  void connect_withOneMemberOfTwoDown_succeeds() throws IOException {
    try (FakeMember member = FakeMember.start(1);
        Store store =
            ConnectedStore.connect(
                Coord.builder().endpoints("http://127.0.0.1:" + unusedPort(), member.endpoint()))) {
      await(store.range(READ));
    }
  }

  @Test
  void connect_whenAMemberComesUpLater_succeeds() {
    FakeMember member = FakeMember.start(1);
    member.kill();
    CompletableFuture<Store> connecting = connecting(ConnectedStore.to(member));
    assertThat(connecting).isNotDone();

    member.restart();

    await(connecting).close();
    member.close();
  }

  @Test
  void connect_toAFollowerAndItsLeader_beginsWithTheLeader() {
    try (FakeMember follower = FakeMember.start(2).followsLeader(1);
        FakeMember leader = FakeMember.start(1);
        Store store = ConnectedStore.connect(ConnectedStore.to(follower, leader))) {
      await(store.range(READ));

      assertThat(leader.services().calls()).isEqualTo(1);
    }
  }

  @Test
  void connect_toEncryptedAndPlainEndpoints_isRefused() {
    Throwable failure =
        failure(connecting(impatient("mixed", "https://127.0.0.1:1", "http://127.0.0.1:2")));

    assertThat(failure)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mix http and https");
    assertNoThread("mixed-io");
  }

  @Test
  void connect_withANamespace_prefixesKeys() {
    try (FakeMember member = FakeMember.start(1);
        Store store = ConnectedStore.connect(ConnectedStore.to(member).namespace("app/"))) {
      assertThat(store).isInstanceOf(NamespacedStore.class);
    }
  }

  private static CoordBuilder impatient(String name, String... endpoints) {
    return Coord.builder().name(name).endpoints(endpoints).connectTimeout(SOON);
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void assertNoThread(String name) {
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain(name));
  }
}
