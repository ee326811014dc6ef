package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Codec;
import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.SerialExecutor;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.coord.election.ElectionEvent;
import io.coord.election.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/*
 * An observer: knows all candidates at one revision, and goes from revision to revision.
 *
 *   OPENING --watch stands at R--> READING --read at S--> FOLLOWING --compacted--> OPENING
 *      (events are kept)             S >= R    (events after S)    `--refused, closed--> ENDED
 *
 * Watch first, then read: S is not before R, so the read and the kept events after S leave no gap.
 * After each revision the first candidate is compared with the one that was told last, and a
 * difference is told. A read after a compaction is linearizable, so its revision is not before any
 * revision that was followed to: nothing goes back.
 *
 * Everything happens on the store's thread; only telling does not.
 */

/**
 * Follows one election.
 *
 * @param <T> the type of the values
 */
public final class LeaderWatch<T> implements Observation {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  private final Store store;
  private final Scheduler scheduler;
  private final Bytes prefix;
  private final Codec<T> codec;
  private final Consumer<? super ElectionEvent<T>> listener;
  private final SerialExecutor callbacks;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletionStage<Void> endedStage = ended.minimalCompletionStage();
  private volatile boolean closed;

  // On the store's thread only.
  private final NavigableMap<Entry, KeyValue> candidates = new TreeMap<>();
  private final Map<Bytes, Entry> byKey = new HashMap<>();
  private Optional<Following> current = Optional.empty();
  private Optional<KeyValue> told = Optional.empty();
  private boolean anythingTold;
  private long revision;

  private LeaderWatch(
      CoordRuntime coord,
      Bytes prefix,
      Codec<T> codec,
      Consumer<? super ElectionEvent<T>> listener) {
    this.store = coord.store();
    this.scheduler = store.scheduler();
    this.prefix = prefix;
    this.codec = codec;
    this.listener = listener;
    this.callbacks =
        new SerialExecutor(
            coord.callbacks(), coord.config().name() + " observer of " + prefix.utf8());
  }

  /** Begins to observe. */
  public static <T> Observation begin(
      CoordRuntime coord,
      Bytes prefix,
      Codec<T> codec,
      Consumer<? super ElectionEvent<T>> listener) {
    LeaderWatch<T> observer = new LeaderWatch<>(coord, prefix, codec, listener);
    observer.scheduler.execute(observer::open);
    return observer;
  }

  @Override
  public CompletionStage<Void> ended() {
    return endedStage;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      scheduler.execute(() -> current.ifPresent(Following::stop));
      callbacks.execute(() -> ended.complete(null));
    }
  }

  private void open() {
    if (!closed) {
      Following following = new Following();
      current = Optional.of(following);
      following.attach(store.watch(KeyRange.prefix(prefix), 0, following));
    }
  }

  private void fail(Throwable cause) {
    if (!closed) {
      closed = true;
      current.ifPresent(Following::stop);
      callbacks.execute(() -> ended.completeExceptionally(cause));
    }
  }

  private void enter(WatchEvent event) {
    KeyValue kv = event.kv();
    if (!Admission.FIRST.counts(kv.key(), prefix.length())) {
      return;
    }
    Entry before = byKey.remove(kv.key());
    if (before != null) {
      candidates.remove(before);
    }
    if (event.type() == WatchEvent.Type.PUT) {
      put(kv);
    }
  }

  private void put(KeyValue kv) {
    Entry entry = new Entry(kv.key(), kv.createRevision());
    byKey.put(kv.key(), entry);
    candidates.put(entry, kv);
  }

  /** Everything up to this revision has been entered. */
  private void reached(long newRevision) {
    revision = newRevision;
    Optional<KeyValue> leader = candidates.values().stream().findFirst();
    if (anythingTold && leader.equals(told)) {
      return;
    }
    boolean same =
        leader.isPresent()
            && told.isPresent()
            && told.get().createRevision() == leader.get().createRevision()
            && told.get().key().equals(leader.get().key());
    told = leader;
    anythingTold = true;
    tell(newRevision, leader, same);
  }

  private void tell(long at, Optional<KeyValue> leader, boolean same) {
    ElectionEvent<T> event;
    try {
      event =
          leader.isEmpty()
              ? new ElectionEvent.NoLeader<>(at)
              : same
                  ? new ElectionEvent.Proclaimed<>(at, LeaderReader.leader(leader.get(), codec))
                  : new ElectionEvent.Elected<>(at, LeaderReader.leader(leader.get(), codec));
    } catch (RuntimeException undecodable) {
      fail(undecodable);
      return;
    }
    callbacks.execute(
        () -> {
          if (!closed) {
            listener.accept(event);
          }
        });
  }

  /** One watch and the read that belongs to it. */
  private final class Following implements WatchListener {

    private final List<List<WatchEvent>> kept = new ArrayList<>();
    private Optional<Watch> watch = Optional.empty();
    private boolean hasRead;
    private boolean stopped;

    void attach(Watch opened) {
      watch = Optional.of(opened);
      if (stopped) {
        opened.close();
      }
    }

    void stop() {
      stopped = true;
      watch.ifPresent(Watch::close);
    }

    @Override
    public void onCreated(long at) {
      read();
    }

    private void read() {
      if (stopped) {
        return;
      }
      Futures.onDone(store.range(RangeRequest.prefix(prefix)), this::hasRead, this::readFailed);
    }

    private void readFailed(Throwable failure) {
      if (failure instanceof RefusedException || failure instanceof ClosedException) {
        fail(failure);
      } else {
        scheduler.schedule(RETRY_PAUSE, this::read);
      }
    }

    private void hasRead(RangeResult found) {
      if (stopped) {
        return;
      }
      hasRead = true;
      candidates.clear();
      byKey.clear();
      for (KeyValue kv : found.kvs()) {
        if (Admission.FIRST.counts(kv.key(), prefix.length())) {
          put(kv);
        }
      }
      reached(found.revision());
      kept.forEach(this::follow);
      kept.clear();
    }

    @Override
    public void onEvents(long through, List<WatchEvent> events) {
      if (stopped) {
        return;
      }
      if (hasRead) {
        follow(events);
      } else {
        kept.add(events);
      }
    }

    /** Several revisions may come at once; each is one step. */
    private void follow(List<WatchEvent> events) {
      for (int i = 0; i < events.size(); i++) {
        long at = events.get(i).kv().modRevision();
        if (at > revision) {
          enter(events.get(i));
          boolean last = i + 1 == events.size() || events.get(i + 1).kv().modRevision() > at;
          if (last) {
            reached(at);
          }
        }
      }
    }

    @Override
    public void onCompacted(long compactRevision) {
      stopped = true;
      open();
    }

    @Override
    public void onFailed(CoordException cause) {
      stopped = true;
      fail(cause);
    }
  }
}
