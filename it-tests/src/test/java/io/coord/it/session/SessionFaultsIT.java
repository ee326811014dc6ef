package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionLoss;
import io.coord.core.SessionState;
import io.coord.core.internal.session.LeaseSession;
import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import io.coord.testkit.EtcdctlProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Sessions on three real members that are cut off and change their leader; owners that are stopped.
 */
@EtcdTest(members = 3)
class SessionFaultsIT {

  private static final Duration TTL = Duration.ofSeconds(5);

  private final EtcdCluster cluster;

  SessionFaultsIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  private Coord connect() throws InterruptedException {
    return Coord.connect(cluster.connectionString());
  }

  @Test
  void sessions_leaderMoved_areKept() throws InterruptedException {
    try (Coord coord = connect();
        Session session = coord.openSession(TTL)) {
      for (EtcdMember member : cluster.members()) {
        cluster.moveLeader(member);
        await().during(TTL).atMost(TTL.plusSeconds(20)).until(session::isActive);
      }
    }
  }

  @Test
  void session_cutOffFromAllMembers_isLostBeforeItsLeaseExpires() throws InterruptedException {
    try (Coord coord = Coord.builder().endpoints(cluster.connectionString()).connect()) {
      Session session = coord.openSession(TTL);
      cluster.members().forEach(member -> member.cutClients(ClientCut.SILENT));
      await().atMost(TTL.plusSeconds(20)).until(() -> !session.isActive());

      assertThat(cluster.leaseCount()).isEqualTo(1);
      assertThat(session.state()).isEqualTo(SessionState.LOST);
      assertThat(session.lost().toCompletableFuture())
          .succeedsWithin(Duration.ofSeconds(10))
          .extracting(SessionLoss::reason)
          .isEqualTo(SessionLoss.Reason.DEADLINE_PASSED);
      cluster.members().forEach(EtcdMember::reconnectClients);
    }
  }

  /** A stranger keeps the lease, as changes of etcd's leader would: it does not end by itself. */
  @Test
  void session_lostWhileCutOff_itsLeaseIsRevokedWhenMembersAnswerAgain()
      throws InterruptedException {
    try (Coord coord = connect()) {
      Session session = coord.openSession(Duration.ofSeconds(3));
      String lease = Long.toHexString(LeaseSession.of(session).lease());
      try (EtcdctlProcess stranger = cluster.etcdctlProcess("lease", "keep-alive", lease)) {
        stranger.awaitLine(line -> line.contains("keepalived"), Duration.ofSeconds(20));
        cluster.members().forEach(member -> member.cutClients(ClientCut.REFUSED));
        await().atMost(Duration.ofSeconds(20)).until(() -> !session.isActive());
        cluster.members().forEach(EtcdMember::reconnectClients);

        stranger.awaitLine(line -> line.contains("revoked"), Duration.ofSeconds(20));
      }
    }
  }

  @Test
  void session_revokedFromOutside_isLostWithTheReason() throws InterruptedException {
    try (Coord coord = connect()) {
      Session session = coord.openSession(TTL);
      cluster.etcdctl("lease", "revoke", Long.toHexString(session.leaseId()));

      assertThat(session.lost().toCompletableFuture())
          .succeedsWithin(Duration.ofSeconds(20))
          .extracting(SessionLoss::reason)
          .isEqualTo(SessionLoss.Reason.LEASE_GONE);
    }
  }

  @Test
  void session_ofAProcessThatWasStopped_isLostWhenItGoesOn() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SessionHolder.class.getName(),
                cluster.connectionString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      awaitLine(said, "ACTIVE");
      signal(child, "STOP");
      await().atMost(Duration.ofMinutes(1)).until(() -> cluster.leaseCount() == 0);
      signal(child, "CONT");

      awaitLine(said, "LOST");
    } finally {
      child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Reads until the process says this; its log is in between. */
  private static void awaitLine(BufferedReader said, String expected) throws IOException {
    String line;
    do {
      line = said.readLine();
      assertThat(line).as("what the process says before it ends").isNotNull();
    } while (!line.equals(expected));
  }

  private static void signal(Process child, String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(child.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
