package io.coord.it.session;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdMember;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Test;

/** Sessions while a member is frozen. */
@EtcdTest(members = 3)
class SessionFrozenMemberIT {

  private final EtcdCluster cluster;

  SessionFrozenMemberIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The leases are looked at before the member thaws: a leader that was frozen beyond their time to
   * live may revoke them when it goes on, though they are kept alive with its successor (etcd issue
   * 15247, which 3.5.16 mends in part). No client can prevent that.
   */
  @Test
  void sessions_anyOneMemberFrozen_areKept() throws InterruptedException {
    new MemberOutage(cluster).keepsSessionsThrough(EtcdMember::freeze, EtcdMember::thaw);
  }
}
