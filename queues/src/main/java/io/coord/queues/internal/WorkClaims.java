package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.FencingToken;
import io.coord.core.Guard;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.queues.ClaimLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Claiming the items of one work queue under one session.
 *
 *   item --claim: delete item, put held, put live--> held --ack: delete held--> gone
 *     ^                                               |  '--nack after a delay: held by its lease
 *     |--nack: delete held, put item------------------'  '--too many attempts: put dead
 *     '--live is gone (the session died, or the delay is over): WorkReturner
 *
 * The claim is a Take, with the records of its items put aside instead of dropped, so all that is said
 * there holds. It stands while `held` is as the claim put it; everything that ends it compares that, so
 * exactly one end takes effect: the acknowledgement, the return by its holder, or the return because
 * the session died. That comes once `live`, one key for all that a session holds, is gone; and no claim
 * comes after it, for each puts `live` under the session's lease, and etcd refuses it when that is gone.
 * Answers that are lost are made up for by markers under the same lease: so no
 * acknowledgement comes after the session either, though its claim stands until the item is returned.
 */

/** Claims items for one session, and ends the claims. Safe to share between threads. */
public final class WorkClaims {

  private static final Logger log = LoggerFactory.getLogger(WorkClaims.class);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
  private static final long NO_LEASE = 0;

  private final CoordRuntime coord;
  private final Store store;
  private final LeaseSession session;
  private final WorkKeys keys;
  private final Bytes holder;
  private final Markers markers;
  private final Dequeuer dequeuer;
  private final Settler settler;
  private final WorkReturner returner;
  private final int mostAttempts;
  private final LeaseSession.EndHook endHook;
  private final AtomicBoolean opened = new AtomicBoolean();

  WorkClaims(LeaseSession session, String name, int mostAttempts, Gathering gathering) {
    this.coord = session.runtime();
    this.store = coord.store();
    this.session = session;
    this.keys = new WorkKeys(name);
    this.holder = WorkKeys.holder(session.lease());
    this.markers = Markers.under(session, QueueHub.MARKERS);
    this.mostAttempts = mostAttempts;
    String label = coord.config().name() + "/" + name;
    ClaimRemoval removal = ClaimRemoval.by(session, keys);
    this.dequeuer =
        new Dequeuer(
            label, store, markers, keys.order(), removal, gathering, this::giveBackUnclaimed);
    this.settler = new Settler(markers, gathering);
    this.returner = new WorkReturner(label, store, keys, mostAttempts);
    this.endHook = ended -> end(ended.ended().orElseThrow());
  }

  /** Begins to look after items that are held by nobody; only the first call does anything. */
  void open() {
    if (opened.compareAndSet(false, true)) {
      returner.open();
      session.addEndHook(endHook);
    }
  }

  /** The session is over, or the connection: nothing can be claimed any more. */
  void end(RuntimeException cause) {
    dequeuer.close(cause);
    settler.close(cause);
    returner.close();
    markers.close();
  }

  /** Waits for an item. */
  public Wanted claimWhenThere() {
    return Wanted.whenThere(coord, dequeuer);
  }

  /** Waits for an item, but no longer than a time. */
  public Wanted claimWithin(Duration timeout) {
    return Wanted.within(coord, dequeuer, timeout);
  }

  /** The record of an item, as it was before it was claimed. */
  public static WorkRecord record(Item item) {
    return WorkRecord.decode(item.value().orElseThrow());
  }

  /** The key that exists while the claim stands. */
  public Bytes heldKey(Item item) {
    return keys.held(holder, keys.suffix(item.key()));
  }

  /** True while the claim stands. */
  public Guard guard(Item item) {
    return Guard.unchanged(heldKey(item), item.modRevision());
  }

  /** The revision of the claim. */
  public static FencingToken token(Item item) {
    return new FencingToken(item.modRevision());
  }

  /** The priority of an item. */
  public int priority(Item item) {
    return keys.order().priorityOf(item.key());
  }

  /** The item is done. */
  public CompletableFuture<Void> ack(Item item) {
    List<Op> ops = letGo(item);
    record(item).id().ifPresent(id -> ops.add(Op.delete(keys.id(id))));
    return settler.drop(item.key(), settlement(item, ops));
  }

  /** The attempt failed: the item may be claimed again at once, or is dead. */
  public CompletableFuture<Void> nack(Item item, String reason) {
    Bytes suffix = keys.suffix(item.key());
    WorkRecord failed = record(item).failed(WorkRecord.State.AT_REST, reason);
    List<Op> ops = letGo(item);
    if (isSpent(failed)) {
      ops.add(Op.put(keys.dead(suffix), failed.encode()));
    } else {
      ops.addAll(returned(suffix, failed));
    }
    return settle(item, ops);
  }

  /** The attempt failed: the item may be claimed again after a while, or is dead. */
  public CompletableFuture<Void> nack(Item item, String reason, Duration delay) {
    WorkRecord failed = record(item).failed(WorkRecord.State.DELAYED, reason);
    if (isSpent(failed)) {
      return nack(item, reason);
    }
    AtomicLong unused = new AtomicLong(NO_LEASE);
    CompletableFuture<Void> delayed =
        settler.settle(
            item.key(),
            () ->
                Delays.grant(store, delay)
                    .thenApply(
                        lease -> {
                          giveUp(unused.getAndSet(lease));
                          return settlement(item, delayed(item, failed, lease));
                        }));
    Futures.onDone(
        delayed,
        put -> {},
        failure -> {
          if (Delays.isNotPut(failure)) {
            giveUp(unused.get());
          }
        });
    return delayed;
  }

  private void giveUp(long delayLease) {
    if (delayLease != NO_LEASE) {
      Delays.giveUp(store, delayLease);
    }
  }

  private List<Op> delayed(Item item, WorkRecord failed, long lease) {
    List<Op> ops = letGo(item);
    Bytes delay = WorkKeys.holder(lease);
    ops.add(Op.put(keys.held(delay, keys.suffix(item.key())), failed.encode()));
    ops.add(Delays.live(keys, lease));
    return ops;
  }

  /** Nobody has seen the item: it goes back as it was. */
  private CompletableFuture<Void> giveBack(Item item) {
    Bytes suffix = keys.suffix(item.key());
    WorkRecord before = record(item);
    List<Op> ops = letGo(item);
    ops.addAll(returned(suffix, before));
    return settle(item, ops);
  }

  private List<Op> returned(Bytes suffix, WorkRecord record) {
    return List.of(Op.put(keys.item(suffix), record.encode()), Op.put(keys.back(), Bytes.EMPTY));
  }

  private void giveBackUnclaimed(Item item) {
    log.debug("{} was claimed for nobody and goes back", item.key());
    CompletableFuture<Void> unused = giveBackAtLast(item);
  }

  /** Does what {@link #endAtLast} does for an item that nobody has seen: no attempt is counted. */
  public CompletableFuture<Void> giveBackAtLast(Item item) {
    return endAtLast(() -> giveBack(item));
  }

  /**
   * Ends a claim, and tries again for as long as the session lives: nobody else would end it, and
   * the item would be held until then.
   *
   * @param end one try, by one of the methods above
   * @return what has become of the first try
   */
  public CompletableFuture<Void> endAtLast(Supplier<CompletableFuture<Void>> end) {
    CompletableFuture<Void> ended = end.get();
    Futures.onDone(
        ended,
        done -> {},
        failure -> {
          if (session.ended().isEmpty() && !(failure instanceof ClaimLostException)) {
            log.debug("a claim could not be ended and is tried again", failure);
            store.scheduler().schedule(RETRY_PAUSE, () -> endAgain(end));
          }
        });
    return ended;
  }

  private void endAgain(Supplier<CompletableFuture<Void>> end) {
    CompletableFuture<Void> unused = endAtLast(end);
  }

  private List<Op> letGo(Item item) {
    List<Op> ops = new ArrayList<>();
    ops.add(Op.delete(heldKey(item)));
    return ops;
  }

  private boolean isSpent(WorkRecord record) {
    return record.attempts() >= mostAttempts;
  }

  private CompletableFuture<Void> settle(Item item, List<Op> ops) {
    Settlement work = settlement(item, ops);
    return settler.settle(item.key(), () -> CompletableFuture.completedFuture(work));
  }

  private Settlement settlement(Item item, List<Op> ops) {
    return new Settlement(heldKey(item), item.modRevision(), ops);
  }
}
