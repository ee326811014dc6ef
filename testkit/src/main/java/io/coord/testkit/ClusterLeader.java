package io.coord.testkit;

import io.coord.testkit.internal.cluster.ClusterAdmin;
import io.coord.testkit.internal.cluster.MemberStatus;
import io.coord.testkit.internal.cluster.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who leads a cluster, and has the leader hand over. */
final class ClusterLeader {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterLeader.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String cluster;
  private final List<EtcdMember> members;
  private final ClusterAdmin admin;

  ClusterLeader(String cluster, List<EtcdMember> members, ClusterAdmin admin) {
    this.cluster = cluster;
    this.members = members;
    this.admin = admin;
  }

  Optional<EtcdMember> find() {
    record Claim(EtcdMember member, long term) {}
    return members.stream()
        .filter(EtcdMember::isRunning)
        .flatMap(
            member ->
                admin.status(member.adminUri()).stream()
                    .filter(MemberStatus::isLeader)
                    .map(status -> new Claim(member, status.term())))
        .max(Comparator.comparingLong(Claim::term))
        .map(Claim::member);
  }

  EtcdMember await(Duration limit) {
    List<EtcdMember> found = new ArrayList<>();
    Waiting.until(
        limit,
        () -> {
          find().ifPresent(found::add);
          return !found.isEmpty();
        },
        () -> cluster + " has no leader after " + limit + ": " + members);
    return found.get(0);
  }

  List<EtcdMember> followers() {
    EtcdMember leader = await(LIMIT);
    return members.stream().filter(member -> member != leader).toList();
  }

  void move(EtcdMember to) {
    if (!to.answers()) {
      throw new IllegalStateException(to + " cannot lead; repair it first");
    }
    Waiting.until(
        LIMIT,
        () -> handOver(to),
        () -> to + " did not become the leader within " + LIMIT + ": " + members);
  }

  /** Asks the leader to hand over; gives true once the member leads. */
  private boolean handOver(EtcdMember to) {
    Optional<EtcdMember> leader = find();
    if (leader.equals(Optional.of(to))) {
      return true;
    }
    Optional<MemberStatus> target = admin.status(to.adminUri());
    if (leader.isPresent() && target.isPresent()) {
      try {
        admin.transferLeadership(leader.get().adminUri(), target.get().memberId());
      } catch (IOException e) {
        LOG.debug("{}: the leader did not hand over, it is asked again", cluster, e);
      }
    }
    return false;
  }
}
