package io.coord.election;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.Futures;
import io.coord.core.internal.Timeouts;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Wait;
import io.coord.core.internal.session.LeaseSession;
import io.coord.election.internal.Campaign;
import io.coord.election.internal.Resumption;
import io.coord.election.internal.TicketLeadership;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An election in which one leads at a time, over all processes that use the same etcd, and the
 * others lead after it in the order in which they came. Stands in one line with etcd's own Go
 * client and {@code etcdctl elect}.
 *
 * <pre>{@code
 * Election<String> election = Election.of(session, "scheduler");
 * try (Leadership<String> leadership = election.campaign("10.0.0.7:8080")) {
 *   while (leadership.isLeader()) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>Cheap to make: it holds nothing, and needs no closing. Safe to share between threads.
 *
 * <p>Unlike etcd's own {@code Campaign} (its issue 19597), a candidate whose key was gone while it
 * waited is never told that it leads: its own key is checked at a revision at which everyone before
 * it was gone.
 *
 * @param <T> the type of the values
 */
public final class Election<T> extends ElectionView<T> {

  private final LeaseSession session;

  private Election(LeaseSession session, String name, Codec<T> codec) {
    super(session.runtime(), name, codec);
    this.session = session;
  }

  /**
   * Names an election whose values are text. Does not block; nothing is written.
   *
   * @param session what candidacies are bound to: when it ends, they are lost
   * @param name the name; any text without NUL that is not empty
   * @return the election
   * @throws IllegalArgumentException when the name breaks the rule
   */
  public static Election<String> of(Session session, String name) {
    return of(session, name, Codec.utf8());
  }

  /**
   * Names an election, as {@link #of(Session, String)} does.
   *
   * @param <T> the type of the values
   * @param session what candidacies are bound to
   * @param name the name
   * @param codec turns the values into bytes and back
   * @return the election
   */
  public static <T> Election<T> of(Session session, String name, Codec<T> codec) {
    return new Election<>(LeaseSession.of(session), name, codec);
  }

  /**
   * Stands, and waits to be elected. Blocks until then: one round trip when nobody leads.
   *
   * @param value what to proclaim
   * @return the leadership, which the caller closes
   * @throws io.coord.core.SessionLostException when the session is lost, before or meanwhile
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws io.coord.core.KeyDeletedException when somebody deleted the key of this candidacy
   * @throws io.coord.core.RefusedException when etcd refuses, for a missing permission say
   * @throws InterruptedException when the thread is interrupted; then no key remains, if etcd can
   *     be reached within a second, else until it can or the lease expires
   */
  public Leadership<T> campaign(T value) throws InterruptedException {
    Campaign<T> campaign = stand(value);
    return campaign.won(Wait.forever(campaign.ticket()).await().orElseThrow());
  }

  /**
   * Stands, and waits to be elected, but no longer than a time, and then one round trip more to
   * delete the key of the candidacy: at most a second, after which the deletion goes on by itself.
   *
   * @param value what to proclaim
   * @param timeout how long to wait; zero leads only if nobody stands
   * @return the leadership, which the caller closes; empty when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   * @throws io.coord.core.UnavailableException when no time was given, and etcd did not say within
   *     the request timeout whether anybody stands
   * @throws InterruptedException when the thread is interrupted, as with {@link #campaign(Object)}
   */
  public Optional<Leadership<T>> campaign(T value, Duration timeout) throws InterruptedException {
    Duration bound = Timeouts.check(timeout);
    Campaign<T> campaign = stand(value);
    return Wait.within(campaign.ticket(), bound).await().map(campaign::won);
  }

  /**
   * Does what {@link #campaign(Object, Duration)} does, without blocking. Dependent actions run on
   * the connection's callback executor. Cancelling the future is like the end of the time.
   *
   * @param value what to proclaim
   * @param timeout how long to wait; zero leads only if nobody stands
   * @return gives the leadership, or nothing when the time is over
   * @throws IllegalArgumentException when the timeout is negative
   */
  public CompletableFuture<Optional<Leadership<T>>> campaignAsync(T value, Duration timeout) {
    Duration bound = Timeouts.check(timeout);
    Campaign<T> campaign = stand(value);
    return Wait.within(campaign.ticket(), bound)
        .publish(grant -> grant.map(campaign::won), coord().callbacks());
  }

  /**
   * Does what {@link #campaign(Object)} does, without blocking. Dependent actions run on the
   * connection's callback executor. Cancelling the future ends the candidacy and deletes its key; a
   * leadership that comes at the same moment is resigned.
   *
   * @param value what to proclaim
   * @return gives the leadership, or fails as {@link #campaign(Object)} does
   */
  public CompletableFuture<Leadership<T>> campaignAsync(T value) {
    Campaign<T> campaign = stand(value);
    return Wait.forever(campaign.ticket())
        .publish(grant -> campaign.won(grant.orElseThrow()), coord().callbacks());
  }

  /**
   * Takes up a candidacy that an earlier process began under the same lease, which this election's
   * session has taken over. Blocks until it leads: two round trips when it does already.
   *
   * @param key its key, as {@link Leadership#key()} gave it
   * @param createRevision the key's create revision, as {@link Leadership#fencingToken()} gave it
   * @return the leadership, which the caller closes
   * @throws io.coord.core.KeyDeletedException when there is no such key under the session's lease
   * @throws IllegalArgumentException when the key is none of this election
   * @throws IllegalStateException when the candidacy is taken up already through this connection
   * @throws InterruptedException when the thread is interrupted; then the candidacy is given up
   */
  public Leadership<T> resume(String key, long createRevision) throws InterruptedException {
    return lastLook(Futures.await(takeUp(key, createRevision), this::giveUp));
  }

  /**
   * Does what {@link #resume} does, without blocking. Dependent actions run on the connection's
   * callback executor. Cancelling the future gives the candidacy up.
   *
   * @param key its key
   * @param createRevision the key's create revision
   * @return gives the leadership, or fails as {@link #resume} does
   * @throws IllegalArgumentException when the key is none of this election
   * @throws IllegalStateException when the candidacy is taken up already through this connection
   */
  public CompletableFuture<Leadership<T>> resumeAsync(String key, long createRevision) {
    return Futures.publish(
        takeUp(key, createRevision), coord().callbacks(), this::lastLook, this::giveUp);
  }

  /** The caller may get the leadership long after it was there. */
  private Leadership<T> lastLook(TicketLeadership<T> leadership) {
    leadership.ticket().throwIfLost();
    return leadership;
  }

  private void giveUp(Leadership<T> leadership) {
    CompletableFuture<Release> unused = leadership.resignAsync();
  }

  private CompletableFuture<TicketLeadership<T>> takeUp(String key, long createRevision) {
    Bytes place = Bytes.utf8(key);
    if (!place.startsWith(prefix()) || !Admission.FIRST.counts(place, prefix().length())) {
      throw new IllegalArgumentException(
          "the key \""
              + key
              + "\" is none of election "
              + name()
              + "; expected "
              + prefix()
              + "...");
    }
    return Resumption.begin(coord(), prefix(), session, new Entry(place, createRevision), codec());
  }

  private Campaign<T> stand(T value) {
    return Campaign.begin(session, prefix(), codec(), value);
  }
}
