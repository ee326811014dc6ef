package io.coord.testkit.sim;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The watches of the simulated etcd.
 *
 * <p>As in etcd, a watch from a revision that has passed, and one whose stream was full, is served
 * by a round that comes every 100 ms and sends everything that it has missed; any other is sent
 * each revision when it is committed.
 */
final class WatchTable {

  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int MOST_REVISIONS_A_MESSAGE = 1000;

  private final KeySpace keys;
  private final World world;
  private final Map<Bytes, Set<ServerWatch>> ofOneKey = new LinkedHashMap<>();
  private final Set<ServerWatch> ofRanges = new LinkedHashSet<>();

  WatchTable(KeySpace keys, World world) {
    this.keys = keys;
    this.world = world;
  }

  /**
   * Opens a watch.
   *
   * @param startRevision the first revision to report; 0 for what comes after {@code
   *     memberRevision}
   * @param memberRevision the newest revision that the member has on which the watch is opened
   */
  ServerWatch open(
      KeyRange range,
      long startRevision,
      long memberRevision,
      Changes changes,
      ServerWatch.Subscriber subscriber) {
    long first = startRevision == 0 ? memberRevision + 1 : startRevision;
    ServerWatch watch = new ServerWatch(range, first, changes, subscriber);
    if (isEmpty(range)) {
      subscriber.refused("watch range " + range + " is empty; expected its start before its end");
      return watch;
    }
    register(watch);
    subscriber.created(first);
    if (first > keys.revision()) {
      watch.catchUp(first);
    } else {
      serveInNextRound(watch);
    }
    return watch;
  }

  /** Ends a watch; idempotent. */
  void cancel(ServerWatch watch) {
    watch.cancel();
    ofRanges.remove(watch);
    ofOneKey.computeIfPresent(
        watch.range().start(),
        (key, watches) -> {
          watches.remove(watch);
          return watches.isEmpty() ? null : watches;
        });
  }

  /** Sends the changes of a revision that was just committed to whoever is level with it. */
  void publish(List<WatchEvent> changes) {
    Set<ServerWatch> concerned = new LinkedHashSet<>();
    for (WatchEvent change : changes) {
      concerned.addAll(ofOneKey.getOrDefault(change.kv().key(), Set.of()));
    }
    concerned.addAll(ofRanges);
    for (ServerWatch watch : concerned) {
      List<WatchEvent> selected = watch.isLevel() ? watch.select(changes) : List.of();
      if (!selected.isEmpty()) {
        send(watch, selected);
      }
    }
  }

  private void send(ServerWatch watch, List<WatchEvent> events) {
    if (world.strikes(MessageFault.STALL_WATCH)) {
      watch.fallBehind(keys.revision());
      serveInNextRound(watch);
    } else {
      watch.subscriber().changed(events);
      watch.catchUp(keys.revision() + 1);
    }
  }

  private void serveInNextRound(ServerWatch watch) {
    world.queue().after(world.dice().between(Duration.ZERO, ROUND), () -> serve(watch));
  }

  private void serve(ServerWatch watch) {
    if (watch.isOver()) {
      return;
    }
    if (watch.nextRevision() < keys.compacted()) {
      cancel(watch);
      watch.subscriber().compacted(keys.compacted());
      return;
    }
    List<WatchEvent> batch = new ArrayList<>();
    int revisions = 0;
    for (List<WatchEvent> changes : keys.changesFrom(watch.nextRevision())) {
      List<WatchEvent> selected = watch.select(changes);
      if (!selected.isEmpty() && ++revisions > MOST_REVISIONS_A_MESSAGE) {
        watch.subscriber().changed(List.copyOf(batch));
        batch.clear();
        revisions = 1;
      }
      batch.addAll(selected);
    }
    if (!batch.isEmpty()) {
      watch.subscriber().changed(List.copyOf(batch));
    }
    watch.catchUp(keys.revision() + 1);
  }

  private void register(ServerWatch watch) {
    if (watch.range().isSingle()) {
      ofOneKey.computeIfAbsent(watch.range().start(), key -> new LinkedHashSet<>()).add(watch);
    } else {
      ofRanges.add(watch);
    }
  }

  private static boolean isEmpty(KeyRange range) {
    return range.end().isPresent()
        && !range.end().get().equals(KeyRange.UNBOUNDED)
        && range.start().compareTo(range.end().get()) >= 0;
  }
}
