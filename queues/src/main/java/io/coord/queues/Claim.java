package io.coord.queues;

import io.coord.core.Codec;
import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.session.LeaseSession;
import io.coord.queues.internal.Coding;
import io.coord.queues.internal.Item;
import io.coord.queues.internal.WorkClaims;
import io.coord.queues.internal.WorkRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An item of a {@link WorkQueue} that this consumer works on, for as long as its session lives. One
 * of {@link #ack} and {@link #nack} ends it; if neither comes before the session ends, the item
 * returns to the queue by itself.
 *
 * <p>Safe to share between threads.
 *
 * @param <T> the type of the values
 */
public final class Claim<T> {

  private final CoordRuntime coord;
  private final LeaseSession session;
  private final WorkClaims claims;
  private final Item item;
  private final WorkRecord record;
  private final T value;

  Claim(LeaseSession session, WorkClaims claims, Item item, Codec<T> codec) {
    this.coord = session.runtime();
    this.session = session;
    this.claims = claims;
    this.item = item;
    this.record = WorkClaims.record(item);
    this.value = Coding.decode(codec, item.key().utf8(), record.payload());
  }

  /**
   * Returns what the item holds.
   *
   * @return the value
   */
  public T value() {
    return value;
  }

  /**
   * Tells which attempt at the item this is, counted from 1.
   *
   * @return 1 for the first time
   */
  public int attempt() {
    return record.attempts() + 1;
  }

  /**
   * Tells why the attempt before this one failed.
   *
   * @return the reason; empty text at the first attempt
   */
  public String lastReason() {
    return record.reason();
  }

  /**
   * Returns the item's priority.
   *
   * @return 0 to 65535
   */
  public int priority() {
    return claims.priority(item);
  }

  /**
   * Returns the key that exists in etcd while the claim stands.
   *
   * @return the key, without the connection's namespace
   */
  public String key() {
    return claims.heldKey(item).utf8();
  }

  /**
   * Returns a number that rises with every claim of the same item, for receivers of writes that are
   * to refuse those of an earlier claim.
   *
   * @return the revision of the claim
   */
  public FencingToken fencingToken() {
    return WorkClaims.token(item);
  }

  /**
   * Returns a condition that is true while the claim stands, for transactions that must not take
   * effect afterwards. When the session ends, the claim stands until the item is returned, which
   * comes before anybody else can claim it.
   *
   * @return the condition
   */
  public Guard guard() {
    return claims.guard(item);
  }

  /**
   * Tells whether the session that the claim is bound to lives, as far as this process can know.
   * Does not block; it does not see that the claim was ended by {@link #ack} or {@link #nack}.
   *
   * @return false when the item may be with somebody else
   */
  public boolean isActive() {
    return session.isActive();
  }

  /**
   * The item is done: it leaves the queue for good. Blocks for one round trip.
   *
   * @throws ClaimLostException when the claim had ended before; somebody else may work on the item
   * @throws io.coord.core.SessionLostException when the session is lost; the item returns
   * @throws io.coord.core.UnavailableException when no member answered in time; it may be repeated
   * @throws io.coord.core.OutcomeUnknownException when the answer was lost and the session ended
   *     before it was found out
   * @throws io.coord.core.ClosedException when the session or the connection is closed
   * @throws InterruptedException when the thread is interrupted while it waits; it may be done
   */
  public void ack() throws InterruptedException {
    Futures.await(claims.ack(item));
  }

  /**
   * Does what {@link #ack()} does, without blocking. Dependent actions run on the connection's
   * callback executor.
   *
   * @return completes when the item has left the queue, or fails as {@link #ack()} does
   */
  public CompletableFuture<Void> ackAsync() {
    return publish(claims.ack(item));
  }

  /**
   * The attempt failed: the item goes back to its place, to be claimed again, or, after the
   * greatest number of attempts, to the dead ones. Blocks for one round trip.
   *
   * @param reason why, for people and for the next consumer; what is beyond 1000 characters is cut
   * @throws ClaimLostException when the claim had ended before
   * @throws InterruptedException as with {@link #ack()}, whose other errors apply here too
   */
  public void nack(String reason) throws InterruptedException {
    Futures.await(claims.nack(item, reason));
  }

  /**
   * Does what {@link #nack(String)} does, without blocking; see {@link #ackAsync()}.
   *
   * @param reason why
   * @return completes when the item is back
   */
  public CompletableFuture<Void> nackAsync(String reason) {
    return publish(claims.nack(item, reason));
  }

  /**
   * The attempt failed: the item may be claimed again after a while, which etcd counts as for
   * {@link EnqueueOptions#withDelay}; or it is dead, after the greatest number of attempts. Blocks
   * for two round trips.
   *
   * @param reason why
   * @param delay for how long it may not be claimed; zero or more; what is longer than a century is
   *     one
   * @throws IllegalArgumentException when the delay is negative
   * @throws ClaimLostException when the claim had ended before
   * @throws InterruptedException as with {@link #ack()}, whose other errors apply here too
   */
  public void nack(String reason, Duration delay) throws InterruptedException {
    Futures.await(nackLater(reason, delay));
  }

  /**
   * Does what {@link #nack(String, Duration)} does, without blocking; see {@link #ackAsync()}.
   *
   * @param reason why
   * @param delay for how long it may not be claimed; zero or more; what is longer than a century is
   *     one
   * @return completes when the item is put aside
   * @throws IllegalArgumentException when the delay is negative
   */
  public CompletableFuture<Void> nackAsync(String reason, Duration delay) {
    return publish(nackLater(reason, delay));
  }

  /**
   * Acknowledges the item, or gives it back with a reason; tried again for as long as the session
   * lives.
   *
   * @return what has become of the first try
   */
  CompletableFuture<Void> endAtLast(Optional<String> failed) {
    return claims.endAtLast(
        () -> failed.map(reason -> claims.nack(item, reason)).orElseGet(() -> claims.ack(item)));
  }

  /** Gives the item back as it was, tried again likewise: nobody has worked on it. */
  CompletableFuture<Void> giveBackAtLast() {
    return claims.giveBackAtLast(item);
  }

  private CompletableFuture<Void> nackLater(String reason, Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException(
          "the delay is " + delay + "; expected zero or a positive duration");
    }
    return delay.isZero() ? claims.nack(item, reason) : claims.nack(item, reason, delay);
  }

  private CompletableFuture<Void> publish(CompletableFuture<Void> settled) {
    return Futures.publish(settled, coord.callbacks(), done -> {});
  }

  @Override
  public String toString() {
    return "Claim[" + key() + ", attempt " + attempt() + "]";
  }
}
