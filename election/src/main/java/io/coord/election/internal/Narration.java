package io.coord.election.internal;

import io.coord.core.Codec;
import io.coord.core.internal.SerialExecutor;
import io.coord.core.internal.store.KeyValue;
import io.coord.election.ElectionEvent;
import io.coord.election.Leader;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/*
 * What a listener is told, and how that ends.
 *
 *   TELLING --closed by the user--> ENDED at once: what is not told yet is dropped
 *      '-----failed---------------> what was found before is told, and then ENDED with the failure
 *
 * Events and the end go through one serial queue, in the order in which they were found. An executor
 * that refuses a callback, full or shut down with its connection, ends the narration on the spot:
 * a listener that missed one event would believe in a leader who is gone.
 */

/**
 * Compares who leads with what was told last, and tells the difference.
 *
 * @param <T> the type of the values
 */
final class Narration<T> {

  private final Codec<T> codec;
  private final Consumer<? super ElectionEvent<T>> listener;
  private final Executor callbacks;
  private final SerialExecutor inOrder;
  private final AtomicBoolean over = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletionStage<Void> endedStage = ended.minimalCompletionStage();
  private volatile boolean dropped;
  private volatile Optional<Throwable> failure = Optional.empty();

  // On the store's thread only.
  private Optional<KeyValue> told = Optional.empty();
  private boolean anythingTold;

  Narration(
      String label,
      Codec<T> codec,
      Consumer<? super ElectionEvent<T>> listener,
      Executor callbacks) {
    this.codec = codec;
    this.listener = listener;
    this.callbacks = callbacks;
    this.inOrder = new SerialExecutor(this::run, label);
  }

  CompletionStage<Void> ended() {
    return endedStage;
  }

  /** Whether nothing that is found from now on will be told. */
  boolean isOver() {
    return over.get();
  }

  /** Ends it because the user wants no more. */
  void close() {
    if (over.compareAndSet(false, true)) {
      dropped = true;
      inOrder.execute(() -> ended.complete(null));
    }
  }

  /** Ends it once everything has been told that was found before. */
  void fail(Throwable cause) {
    if (over.compareAndSet(false, true)) {
      failure = Optional.of(cause);
      inOrder.execute(() -> ended.completeExceptionally(cause));
    }
  }

  /** This candidate, or nobody, leads at this revision. */
  void reached(long revision, Optional<KeyValue> leader) {
    if (anythingTold && leader.equals(told)) {
      return;
    }
    boolean sameLeader = isSame(leader, told);
    told = leader;
    anythingTold = true;
    ElectionEvent<T> event;
    try {
      event = leader.map(kv -> event(revision, kv, sameLeader)).orElse(nobody(revision));
    } catch (Throwable undecodable) {
      fail(undecodable);
      return;
    }
    inOrder.execute(() -> tell(event));
  }

  private static boolean isSame(Optional<KeyValue> one, Optional<KeyValue> other) {
    return one.isPresent()
        && other.isPresent()
        && one.get().createRevision() == other.get().createRevision()
        && one.get().key().equals(other.get().key());
  }

  private ElectionEvent<T> event(long revision, KeyValue kv, boolean sameLeader) {
    Leader<T> leader = LeaderReader.leader(kv, codec);
    return sameLeader
        ? new ElectionEvent.Proclaimed<>(revision, leader)
        : new ElectionEvent.Elected<>(revision, leader);
  }

  private ElectionEvent<T> nobody(long revision) {
    return new ElectionEvent.NoLeader<>(revision);
  }

  private void tell(ElectionEvent<T> event) {
    if (!dropped) {
      listener.accept(event);
    }
  }

  private void run(Runnable task) {
    try {
      callbacks.execute(task);
    } catch (RejectedExecutionException refused) {
      over.set(true);
      if (dropped) {
        ended.complete(null);
      } else {
        ended.completeExceptionally(failure.orElse(refused));
      }
    }
  }
}
