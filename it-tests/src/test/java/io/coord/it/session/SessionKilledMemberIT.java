package io.coord.it.session;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Test;

/** Sessions while a member is dead. */
@EtcdTest(members = 3)
class SessionKilledMemberIT {

  private final EtcdCluster cluster;

  SessionKilledMemberIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void sessions_anyOneMemberKilled_areKept() throws InterruptedException {
    new MemberOutage(cluster).keepsSessionsThrough(EtcdMember::kill, EtcdMember::restart);
  }
}
