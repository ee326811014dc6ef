package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The members of the cluster, and which one is used.
 *
 * <p>The raft leader is preferred when it is among the endpoints: it need not pass requests on, and
 * the death of any other member is then not felt. Without it, one member is kept as long as it is
 * up; the first is chosen at random. A change of preference moves only what is sent afterwards.
 */
final class Members implements Member.Observer {

  /** Is told of what concerns calls and streams. */
  interface Listener {

    /** A member can be used that could not before. */
    void onUsable();

    /** An attempt to reach a member failed. */
    void onUnreachable();

    /** The leader is the member to use from now on, and was not before. */
    void onLeaderPreferred();

    /** Answers are awaited: {@link Members#look} must be called from time to time. */
    void onAsked();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  private static final Duration RETRY_WHEN_ALL_ARE_LOST = Duration.ofMillis(500);
  private static final Duration ASK_AGAIN = Duration.ofMillis(200);
  private static final Duration RETRY_WHILE_OTHERS_WORK = Duration.ofSeconds(2);

  private final String name;
  private final StoreThread thread;
  private final Listener listener;
  private final List<Member> all;
  private final Outage outage;
  private final ClusterIdentity cluster;
  private @Nullable Member preferred;
  private boolean inUse;
  private long alertUntil;
  private boolean askingAgain;
  private long askedAllAt;

  Members(
      String name, StoreThread thread, Listener listener, Function<Members, List<Member>> make) {
    this.name = name;
    this.thread = thread;
    this.listener = listener;
    this.all = make.apply(this);
    this.outage = new Outage(name, thread, this::describe);
    this.cluster = new ClusterIdentity(name);
    this.alertUntil = thread.nanoTime();
  }

  void connect() {
    all.forEach(Member::revive);
  }

  /** The members are found; whatever changes from now on, is worth telling. */
  void markInUse() {
    inUse = true;
  }

  /** The member to use now; null when there is none. */
  @Nullable Member best() {
    Member kept = preferred;
    return kept != null && kept.usable() != null ? kept : choose();
  }

  private @Nullable Member choose() {
    Member previous = preferred;
    Member next = pick();
    preferred = next;
    if (next != null && previous != null && next != previous) {
      LOG.atLevel(inUse ? Level.INFO : Level.DEBUG)
          .log(
              "{}: moved from {} to {} because {}",
              name,
              previous.endpoint(),
              next.endpoint(),
              previous.trouble().map(Failure::detail).orElse("it leads"));
      if (next.leads()) {
        listener.onLeaderPreferred();
      }
    }
    return next;
  }

  private @Nullable Member pick() {
    Member any = null;
    int begin = ThreadLocalRandom.current().nextInt(all.size());
    for (int i = 0; i < all.size(); i++) {
      Member member = all.get((begin + i) % all.size());
      if (member.usable() != null) {
        if (member.leads()) {
          return member;
        }
        any = member;
      }
    }
    return any;
  }

  @Override
  public Optional<String> onCluster(Member member, long clusterId) {
    return cluster.objection(member.endpoint(), clusterId);
  }

  /** Whether some are of another cluster. */
  boolean areOfSeveralClusters() {
    return cluster.hasStrangers();
  }

  @Override
  public void onStatus(Member member) {
    outage.end();
    if (member.leads() && preferred != member) {
      choose();
    }
    listener.onUsable();
    askAgainWhileTheLeaderIsSought();
  }

  /**
   * A new leader may be the last to say so: after a change, the members are asked until one does.
   */
  private void askAgainWhileTheLeaderIsSought() {
    boolean sought = alertUntil - thread.nanoTime() > 0 && !isLeaderPreferred();
    if (sought && !askingAgain) {
      askingAgain = true;
      thread.schedule(
          ASK_AGAIN,
          () -> {
            askingAgain = false;
            all.forEach(Member::probe);
          });
    }
  }

  @Override
  public void onLost(Member member) {
    alert();
    if (best() == null) {
      outage.begin();
    }
  }

  @Override
  public void onUnreachable(Member member) {
    if (best() == null) {
      outage.begin();
    }
    listener.onUnreachable();
  }

  @Override
  public void onLaterTerm(Member member) {
    alert();
  }

  /** Something happened to a member or to the leader: see how the others are. */
  private void alert() {
    alertUntil = thread.nanoTime() + Timing.ALERT;
    for (Member member : all) {
      member.hurry();
      member.probe();
    }
  }

  @Override
  public void onAsked() {
    listener.onAsked();
  }

  @Override
  public Duration longestRetry() {
    return isAnyUsable() ? RETRY_WHILE_OTHERS_WORK : RETRY_WHEN_ALL_ARE_LOST;
  }

  @Override
  public boolean isAnyUsable() {
    return all.stream().anyMatch(member -> member.usable() != null);
  }

  /** Ends calls whose time is up. */
  void expire(long now) {
    all.forEach(member -> member.expire(now));
  }

  /**
   * Leaves members that give no sign of life. When one is late, the others are asked too, so that
   * it is known by then which of them to turn to.
   */
  void look(long now) {
    Timing.Watchfulness watchfulness =
        alertUntil - now > 0 ? Timing.Watchfulness.ALERT : Timing.Watchfulness.CALM;
    boolean overdue = false;
    for (Member member : all) {
      overdue |= member.look(now, watchfulness) == Connection.Finding.OVERDUE;
    }
    if (overdue && now - askedAllAt > Timing.OVERDUE) {
      askedAllAt = now;
      all.forEach(Member::probe);
    }
  }

  private boolean isLeaderPreferred() {
    Member kept = preferred;
    return kept != null && kept.leads();
  }

  /** Whether every member has answered or failed once. */
  boolean isEveryMemberTried() {
    return all.stream().allMatch(Member::isTried);
  }

  boolean isIdle() {
    return all.stream().allMatch(Member::isIdle);
  }

  List<Member> all() {
    return all;
  }

  /** The endpoints, and what is wrong with each. */
  String describe() {
    return all.stream().map(Member::describe).collect(Collectors.joining(", "));
  }

  void close(Status reason, CoordException cause) {
    outage.forget();
    all.forEach(member -> member.close(reason, cause));
  }
}
