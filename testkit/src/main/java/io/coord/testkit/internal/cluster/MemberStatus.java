package io.coord.testkit.internal.cluster;

/**
 * What a member says about itself and its leader.
 *
 * @param memberId its own id, unsigned decimal
 * @param leaderId its leader's id, {@code 0} when it knows none
 * @param term its raft term
 * @param revision the store's revision as it has applied it
 * @param version its version
 */
public record MemberStatus(
    String memberId, String leaderId, long term, long revision, String version) {

  /** Tells whether the member takes itself for the leader. */
  public boolean isLeader() {
    return memberId.equals(leaderId);
  }
}
