package io.coord.it.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.SessionState;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Sessions of two connections, while each member in turn does not answer for a while. */
final class MemberOutage {

  private static final Duration TTL = Duration.ofSeconds(5);

  /** Longer than two TTLs: a session that did not move to another member would be lost. */
  private static final Duration OUTAGE = Duration.ofSeconds(11);

  private static final Duration HEALED = Duration.ofMinutes(1);

  private final EtcdCluster cluster;

  MemberOutage(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  private Coord connect() throws InterruptedException {
    return Coord.connect(cluster.connectionString());
  }

  void keepsSessionsThrough(Consumer<EtcdMember> fault, Consumer<EtcdMember> repair)
      throws InterruptedException {
    for (EtcdMember member : cluster.members()) {
      try (Coord coord = connect();
          Coord other = connect()) {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          sessions.add(coord.openSession(TTL));
          sessions.add(other.openSession(TTL));
        }
        fault.accept(member);
        await()
            .during(OUTAGE)
            .atMost(OUTAGE.plusSeconds(20))
            .until(() -> sessions.stream().allMatch(Session::isActive));
        assertThat(sessions).extracting(Session::state).containsOnly(SessionState.ACTIVE);
        leasesAreThere(sessions, member);
        repair.accept(member);
        cluster.awaitHealthy(HEALED);
      }
    }
  }

  /** The leases are there, as a member that runs says. */
  private void leasesAreThere(List<Session> sessions, EtcdMember stopped) {
    EtcdMember running =
        cluster.members().stream().filter(member -> member != stopped).findFirst().orElseThrow();
    String leases = cluster.etcdctl(running, "lease", "list");
    for (Session session : sessions) {
      assertThat(leases).contains(Long.toHexString(session.leaseId()));
    }
  }
}
