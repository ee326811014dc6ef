package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.CoordException;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Records what a watch reports, and every way in which that breaks the contract of {@link
 * WatchListener}.
 */
final class ContractListener implements WatchListener {

  /** One call of {@link WatchListener#onEvents}. */
  record Call(long revision, List<WatchEvent> events) {}

  private final CompletableFuture<Watch> watch = new CompletableFuture<>();
  private final List<Long> created = new CopyOnWriteArrayList<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<WatchEvent> events = new CopyOnWriteArrayList<>();
  private final List<Long> compacted = new CopyOnWriteArrayList<>();
  private final List<CoordException> failed = new CopyOnWriteArrayList<>();
  private final List<String> breaches = new CopyOnWriteArrayList<>();
  private final AtomicReference<Consumer<Call>> reaction = new AtomicReference<>(call -> {});
  private volatile Thread thread;
  private volatile boolean ended;
  private volatile long lastRevision;

  void opened(Watch opened) {
    watch.complete(opened);
  }

  /** Sets what is done with each call of events, on the store's thread. */
  void onCall(Consumer<Call> newReaction) {
    reaction.set(newReaction);
  }

  Watch watch() {
    return watch.join();
  }

  /** Closes the watch; to be called on the store's thread, after which no call may come. */
  void close() {
    watch().close();
    ended = true;
  }

  @Override
  public void onCreated(long revision) {
    checkCall("onCreated");
    if (!created.isEmpty() || !calls.isEmpty()) {
      breaches.add("onCreated was not the first call");
    }
    lastRevision = revision;
    created.add(revision);
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> changes) {
    checkCall("onEvents");
    if (created.isEmpty()) {
      breaches.add("onEvents before onCreated");
    }
    if (changes.isEmpty() || revisionOf(changes.get(changes.size() - 1)) != revision) {
      breaches.add("onEvents(" + revision + ") does not end with an event of it: " + changes);
    }
    long previous = lastRevision;
    if (!changes.isEmpty() && revisionOf(changes.get(0)) <= previous) {
      breaches.add("after " + previous + " was complete came " + changes);
    }
    for (WatchEvent change : changes) {
      if (revisionOf(change) < previous) {
        breaches.add("out of order: " + changes);
      }
      previous = revisionOf(change);
    }
    lastRevision = revision;
    events.addAll(changes);
    Call call = new Call(revision, changes);
    calls.add(call);
    reaction.get().accept(call);
  }

  @Override
  public void onCompacted(long compactRevision) {
    checkCall("onCompacted");
    ended = true;
    compacted.add(compactRevision);
  }

  @Override
  public void onFailed(CoordException cause) {
    checkCall("onFailed");
    ended = true;
    failed.add(cause);
  }

  private void checkCall(String method) {
    if (ended) {
      breaches.add(method + " after the end of the watch");
    }
    if (thread == null) {
      thread = Thread.currentThread();
    } else if (thread != Thread.currentThread()) {
      breaches.add(method + " on " + Thread.currentThread() + ", before on " + thread);
    }
  }

  void checkContract() {
    assertThat(breaches).as("breaches of the listener's contract").isEmpty();
  }

  boolean isCreated() {
    return !created.isEmpty();
  }

  long createdRevision() {
    return created.get(0);
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  List<WatchEvent> events() {
    return List.copyOf(events);
  }

  List<Long> revisions() {
    return events.stream().map(ContractListener::revisionOf).toList();
  }

  List<Long> compacted() {
    return List.copyOf(compacted);
  }

  List<CoordException> failed() {
    return List.copyOf(failed);
  }

  private static long revisionOf(WatchEvent event) {
    return event.kv().modRevision();
  }
}
