package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.coord.core.Endpoint;
import io.coord.core.UnavailableException;
import io.coord.core.internal.store.Timer;
import io.etcd.jetcd.api.StatusResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint, and whether it can be used.
 *
 * <pre>
 *              probe answered, it has a leader
 *   CONNECTING --------------------------------> UP
 *    ^   ^  |                                    | ^
 *    |   |  | probe answered,        "no leader" | | probe answered, it has a leader
 *    |   |  | it has no leader                   v |
 *    |   |  +--------------------------------> LEADERLESS
 *    |   +-- connection broken, or silent -------+ |
 *    +------ (from UP likewise) -------------------+
 * </pre>
 *
 * <p>A member that is not up is asked again with back-off, on a new connection when the old one is
 * gone. Every loss of a connection ends all that was pending on it, so no call waits for a member
 * that is not asked any more. Replies that come late from an old connection find nothing waiting
 * for them: the connection has forgotten them, and it reports to the member only while it is the
 * current one.
 */
final class Member implements Connection.Owner, Dialer.Caller {

  /** Whether calls may be sent to it. */
  enum Health {
    CONNECTING,
    LEADERLESS,
    UP
  }

  /** Is told what changes. */
  interface Observer {

    /**
     * The member says of what cluster it is.
     *
     * @return why it must not be used; empty when it may
     */
    Optional<String> onCluster(Member member, long clusterId);

    /** The member answered a probe; its health, leader or term may have changed. */
    void onStatus(Member member);

    /** The member can no longer be used. */
    void onLost(Member member);

    /** An attempt to reach the member failed. */
    void onUnreachable(Member member);

    /** The member works under a later raft term: there may be a new leader. */
    void onLaterTerm(Member member);

    /** A probe is on its way, whose answer must be waited for. */
    void onAsked();

    boolean isAnyUsable();

    /** How long to wait at most between two attempts to reach a member. */
    Duration longestRetry();
  }

  /** An election takes a second or two; while it may be going on, its end should not be missed. */
  private static final Duration ELECTION_RETRY = Duration.ofMillis(100);

  private static final int ELECTION_RETRIES = 40;

  private final Endpoint endpoint;
  private final Dialer dialer;
  private final StoreThread thread;
  private final Supplier<Metadata> probeHeaders;
  private final Observer observer;
  private final List<Connection> retired = new ArrayList<>();
  private @Nullable Connection connection;
  private @Nullable Timer revival;
  private boolean dialing;
  private Health health = Health.CONNECTING;
  private long leaderlessSince;
  private int failures;
  private Optional<Failure> trouble = Optional.empty();
  private OptionalLong id = OptionalLong.empty();
  private OptionalLong leader = OptionalLong.empty();
  private boolean closed;

  Member(
      Endpoint endpoint,
      Dialer dialer,
      StoreThread thread,
      Supplier<Metadata> probeHeaders,
      Observer observer) {
    this.endpoint = endpoint;
    this.dialer = dialer;
    this.thread = thread;
    this.probeHeaders = probeHeaders;
    this.observer = observer;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Why it could not be used last. */
  Optional<Failure> trouble() {
    return trouble;
  }

  /** The endpoint, and what is wrong with it. */
  String describe() {
    if (health == Health.UP) {
      return endpoint.toString();
    }
    return endpoint + " (" + trouble.map(Failure::detail).orElse("no answer yet") + ")";
  }

  /** Whether the member answered that it leads. */
  boolean leads() {
    return id.isPresent() && id.equals(leader);
  }

  /** Whether it has answered or failed to. */
  boolean isTried() {
    return health != Health.CONNECTING || trouble.isPresent();
  }

  /** The connection, when calls may be sent on it. */
  @Nullable Connection usable() {
    Connection current = connection;
    return health == Health.UP && current != null && current.isReady() ? current : null;
  }

  /** Connects, or asks the member again whether it can be used. */
  void revive() {
    cancelRevival();
    if (closed) {
      return;
    }
    if (connection != null) {
      probe();
    } else if (!dialing) {
      dialing = true;
      dialer.dial(endpoint, failures, this);
    }
  }

  @Override
  public boolean isWaiting() {
    return !closed;
  }

  @Override
  public void onChannel(ManagedChannel channel) {
    dialing = false;
    connection = new Connection(channel, thread, this);
    probe();
  }

  @Override
  public void onNoChannel(Status status) {
    dialing = false;
    broken(GrpcErrors.classify(status));
  }

  /** Asks the member for its status, if it is connected. */
  void probe() {
    Connection current = connection;
    if (current != null) {
      current.probe(probeHeaders.get());
      observer.onAsked();
    }
  }

  /** A call or stream on the connection failed in a way that concerns all of them. */
  void onTrouble(Connection where, Failure failure) {
    if (where != connection) {
      return;
    }
    switch (failure.remedy()) {
      case LEAVE_MEMBER -> broken(failure);
      case AWAIT_LEADER -> leaderless(failure);
      case NONE, RESEND, BACK_OFF, RENEW_TOKEN -> {}
    }
  }

  private void leaderless(Failure failure) {
    boolean wasUp = health == Health.UP;
    if (health != Health.LEADERLESS) {
      health = Health.LEADERLESS;
      leaderlessSince = thread.nanoTime();
    }
    trouble = Optional.of(failure);
    leader = OptionalLong.empty();
    reviveLater();
    if (wasUp) {
      observer.onLost(this);
    }
  }

  private void broken(Failure failure) {
    Connection current = connection;
    boolean wasUp = health == Health.UP;
    health = Health.CONNECTING;
    trouble = Optional.of(failure);
    leader = OptionalLong.empty();
    connection = null;
    reviveLater();
    if (wasUp) {
      observer.onLost(this);
    } else {
      observer.onUnreachable(this);
    }
    if (current != null) {
      String left = endpoint + " was left: " + failure.detail();
      current.abandon(
          Status.UNAVAILABLE.withDescription(left), new UnavailableException(left, null));
    }
  }

  /** Those calls that are pending may still be answered. */
  @Override
  public void onChannelClosed(Connection old) {
    if (old != connection) {
      return;
    }
    connection = null;
    health = Health.CONNECTING;
    leader = OptionalLong.empty();
    Failure failure = unusable(Failure.Remedy.LEAVE_MEMBER, "the connection was closed");
    trouble = Optional.of(failure);
    retired.add(old);
    revive();
    observer.onLost(this);
    String left = endpoint + " was left: " + failure.detail();
    old.retire(failure.status(), new UnavailableException(left, null));
  }

  private void reviveLater() {
    cancelRevival();
    if (closed) {
      return;
    }
    boolean electing = health == Health.LEADERLESS && failures < ELECTION_RETRIES;
    Duration longest = electing ? ELECTION_RETRY : observer.longestRetry();
    revival = thread.schedule(Timing.backOff(failures, longest), this::revive);
    failures++;
  }

  private void cancelRevival() {
    Timer scheduled = revival;
    if (scheduled != null) {
      scheduled.cancel();
      revival = null;
    }
  }

  /** Tries again at once when it is waiting to. */
  void hurry() {
    if (revival != null) {
      failures = 0;
      revive();
    }
  }

  /** Ends calls whose time is up. */
  void expire(long now) {
    retired.removeIf(Connection::isIdle);
    List.copyOf(retired).forEach(old -> old.expire(now));
    Connection current = connection;
    if (current != null) {
      current.expire(now);
    }
  }

  /** Looks for signs of life, and leaves the member for want of them. */
  Connection.Finding look(long now, Timing.Watchfulness watchfulness) {
    Connection current = connection;
    if (current == null) {
      return Connection.Finding.ALIVE;
    }
    Connection.Finding finding = current.look(now, watchfulness, probeHeaders);
    if (finding == Connection.Finding.SILENT) {
      broken(silent());
    } else if (health == Health.LEADERLESS && now - leaderlessSince > patience()) {
      broken(trouble.orElseGet(this::silent));
    }
    return finding;
  }

  /** An election, during which no member has a leader, does not make us leave. */
  private long patience() {
    return observer.isAnyUsable() ? Timing.CUT_OFF : Timing.LONGEST_ELECTION;
  }

  private Failure silent() {
    return new Failure(
        Failure.Certainty.UNKNOWN,
        Failure.Remedy.LEAVE_MEMBER,
        Status.UNAVAILABLE.withDescription(endpoint + " does not answer"));
  }

  /** Whether anything is pending that a sweep would look at. */
  boolean isIdle() {
    Connection current = connection;
    return retired.isEmpty() && (current == null || current.isIdle());
  }

  void close(Status reason, CoordException cause) {
    closed = true;
    cancelRevival();
    health = Health.CONNECTING;
    Connection current = connection;
    connection = null;
    if (current != null) {
      current.abandon(reason, cause);
    }
    for (Connection old : List.copyOf(retired)) {
      old.abandon(reason, cause);
    }
    retired.clear();
  }

  @Override
  public void onProbeAnswer(Connection from, StatusResponse answer) {
    if (from != connection) {
      return;
    }
    id = OptionalLong.of(answer.getHeader().getMemberId());
    Optional<String> objection = observer.onCluster(this, answer.getHeader().getClusterId());
    if (objection.isPresent()) {
      broken(unusable(Failure.Remedy.LEAVE_MEMBER, objection.get()));
    } else if (answer.getLeader() == 0) {
      leaderless(unusable(Failure.Remedy.AWAIT_LEADER, "it knows of no leader"));
    } else if (answer.getIsLearner()) {
      leaderless(unusable(Failure.Remedy.AWAIT_LEADER, "it is a learner"));
    } else {
      from.ledUnder(answer.getHeader().getRaftTerm());
      up(OptionalLong.of(answer.getLeader()));
    }
  }

  @Override
  public void onProbeFailure(Connection from, Status status) {
    if (from != connection) {
      return;
    }
    Failure failure = GrpcErrors.classify(status);
    if (GrpcErrors.isAboutTheUser(status)) {
      // It lives and speaks etcd's protocol; it only keeps its status to itself.
      up(OptionalLong.empty());
    } else {
      broken(failure);
    }
  }

  @Override
  public void onLaterTerm(Connection from) {
    if (from == connection) {
      observer.onLaterTerm(this);
    }
  }

  private void up(OptionalLong newLeader) {
    health = Health.UP;
    leader = newLeader;
    failures = 0;
    trouble = Optional.empty();
    cancelRevival();
    observer.onStatus(this);
  }

  private static Failure unusable(Failure.Remedy remedy, String detail) {
    return new Failure(
        Failure.Certainty.NOT_APPLIED, remedy, Status.UNAVAILABLE.withDescription(detail));
  }
}
