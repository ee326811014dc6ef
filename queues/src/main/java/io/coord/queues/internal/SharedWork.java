package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.marked.Markers;
import io.coord.core.internal.marked.Verdict;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** One work queue as all handles of a connection share it: what comes in, and what is dead. */
public final class SharedWork {

  /** While etcd is busy with the one, the callers of the other come back. */
  private static final int GROUPS = 2;

  private final CoordRuntime coord;
  private final Store store;
  private final Markers markers;
  private final WorkKeys keys;
  private final WorkReader reader;
  private final Gathering gathering;
  private final Enqueuer enqueuer;

  /** By bound: producers should agree on one, but need not. */
  private final Map<Integer, WaitingRoom> rooms = new ConcurrentHashMap<>();

  private final String label;

  SharedWork(QueueHub hub, String name) {
    this.coord = hub.coord();
    this.store = coord.store();
    this.markers = hub.markers();
    this.keys = new WorkKeys(name);
    this.reader = new WorkReader(store, name);
    this.label = coord.config().name() + "/" + name;
    Sequences sequences =
        new Sequences(keys.order(), new WorkEntrance(name, keys, store.scheduler()));
    this.gathering = new Gathering(store.scheduler(), GROUPS);
    this.enqueuer = new Enqueuer(label, store, markers, hub.relay(), gathering, List.of(sequences));
  }

  /** Puts one value in, after a delay, with an id, within a bound. */
  public CompletableFuture<Long> enqueue(
      Bytes value, int priority, Optional<Duration> delay, Optional<String> id, OptionalInt bound) {
    CompletableFuture<Long> enqueued = new CompletableFuture<>();
    int room = WorkEntrance.room(value);
    if (delay.isEmpty()) {
      add(value, priority, new Terms(id, OptionalLong.empty(), bound, room), enqueued);
    } else {
      Futures.onDone(
          Delays.grant(store, delay.get()),
          lease ->
              addDelayed(
                  value, priority, new Terms(id, OptionalLong.of(lease), bound, room), enqueued),
          enqueued::completeExceptionally);
    }
    return enqueued;
  }

  /** Does the same, and waits while the queue is full; a cancelled future ends the waiting. */
  public CompletableFuture<Long> enqueueWhenThereIsRoom(
      Bytes value, int priority, Optional<Duration> delay, Optional<String> id, int bound) {
    return rooms
        .computeIfAbsent(bound, ours -> new WaitingRoom(store, keys.allHeld()))
        .letIn(() -> enqueue(value, priority, delay, id, OptionalInt.of(bound)));
  }

  private void add(Bytes value, int priority, Terms terms, CompletableFuture<Long> enqueued) {
    long deadline = store.scheduler().nanoTime() + coord.config().requestTimeout().toNanos();
    // Whether it waits or not: on a single lane this says only that it may come back soon.
    enqueuer.add(
        new Parcel(List.of(value), priority, Parcel.Caller.WAITS, terms, deadline, enqueued));
  }

  /** A delay whose item did not come in is no more; nothing else would end it before its time. */
  private void addDelayed(
      Bytes value, int priority, Terms terms, CompletableFuture<Long> enqueued) {
    if (enqueued.isDone()) {
      Delays.giveUp(store, terms.delayLease().getAsLong());
      return;
    }
    add(value, priority, terms, enqueued);
    Futures.onDone(
        enqueued,
        in -> {},
        failure -> {
          if (Delays.isNotPut(failure)) {
            Delays.giveUp(store, terms.delayLease().getAsLong());
          }
        });
  }

  /** Lets a dead item be claimed again, as if it were new; false when it is dead no more. */
  public CompletableFuture<Boolean> retry(String id) {
    return ifDead(
        id,
        dead ->
            List.of(
                Op.delete(keys.dead(dead.suffix())),
                Op.put(keys.item(dead.suffix()), dead.record().fresh().encode()),
                Op.put(keys.back(), Bytes.EMPTY),
                Op.put(keys.in(), Bytes.EMPTY)));
  }

  /** Forgets a dead item; false when it is dead no more. */
  public CompletableFuture<Boolean> drop(String id) {
    return ifDead(
        id,
        dead -> {
          List<Op> ops = new ArrayList<>();
          ops.add(Op.delete(keys.dead(dead.suffix())));
          dead.record().id().ifPresent(unique -> ops.add(Op.delete(keys.id(unique))));
          return ops;
        });
  }

  private CompletableFuture<Boolean> ifDead(String id, Function<WorkReader.Dead, List<Op>> ops) {
    Bytes key = keys.dead(Bytes.utf8(id));
    if (!keys.isDead(key)) {
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Futures.onDone(
        store.range(RangeRequest.key(key)),
        answer ->
            answer
                .first()
                .ifPresentOrElse(
                    kv ->
                        carryOut(
                            new Settlement(key, kv.modRevision(), ops.apply(reader.dead(kv))),
                            done),
                    () -> done.complete(false)),
        done::completeExceptionally);
    return done;
  }

  private void carryOut(Settlement work, CompletableFuture<Boolean> done) {
    Futures.onDone(
        markers.carryOutAtLast(work),
        verdict -> done.complete(verdict instanceof Verdict.Applied),
        done::completeExceptionally);
  }

  /** Keeps those together who put, claim and settle. */
  Gathering gathering() {
    return gathering;
  }

  void close() {
    ClosedException cause =
        new ClosedException("the connection of work queue " + label + " is closed", null);
    // In this order: whoever still finds the queue full finds the room closed, or is in it.
    enqueuer.close(cause);
    rooms.values().forEach(room -> room.close(cause));
  }
}
