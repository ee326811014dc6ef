package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import io.etcd.jetcd.api.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * How a watch survives the streams that carry it
 *
 * `next` is the first revision that has not been reported; 0 means "from now on", before any
 * member has said what "now" is. It never falls, and it rises by three things only:
 *   - the created response of a watch from now on, whose header revision R means that every change
 *     after R is reported: next = R + 1. Later created responses, from a member that may lag
 *     behind, change nothing.
 *   - events. A response tells the watch's changes in revision order, whole revisions at a time.
 *     Its header revision says nothing about completeness (a watch that is catching up gets the
 *     newest revision in the header of the first of many batches), so only the last event counts.
 *     Where etcd cuts a response into fragments, the last revision of a fragment may be cut too:
 *     its events are held back until a later revision, or the last fragment, shows that it is
 *     whole.
 *   - a progress notification for this very watch, which etcd sends only when it has sent
 *     everything up to that revision. (Those for watch -1 speak for all watches of the stream, and
 *     up to etcd 3.5.7 could overtake events; we never ask for them and take none.)
 *
 * Every event below `next` is dropped. So it does not matter that a resumed watch is asked to
 * begin one revision earlier than needed, or that etcd reports old changes to a watch whose start
 * lies in the member's future. The former is on purpose: up to etcd 3.5.17 a member may have
 * forgotten a deletion at exactly the compaction revision, and yet serve a watch that starts
 * there. A watch that starts one earlier is told of the compaction instead. This is also why
 * `next` itself must be past the compaction revision for nothing to be lost.
 *
 * A resumed watch whose start lies in the member's future is served in silence. That member may lag
 * behind for a moment, or etcd have been restored to an earlier time: see History.
 *
 * A stream that breaks takes nothing with it but held events, which are reported again from
 * `next`.
 */

/**
 * One watch of a {@link WatchHub}, and what it has reported so far.
 *
 * <p>Confined to the store's thread.
 */
final class WatchRegistration implements Watch {

  private static final Logger log = LoggerFactory.getLogger(WatchRegistration.class);

  private final WatchHub hub;
  private final KeyRange range;
  private final Changes changes;
  private final WatchListener listener;
  private long next;

  /** The latest revision that etcd has shown to this watch. */
  private long seen;

  private boolean announced;
  private boolean ended;
  private OptionalLong idOnStream = OptionalLong.empty();
  private List<WatchEvent> held = new ArrayList<>();

  WatchRegistration(
      WatchHub hub, KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    this.changes = changes;
    this.hub = hub;
    this.range = range;
    this.next = startRevision;
    this.listener = listener;
  }

  KeyRange range() {
    return range;
  }

  Changes changes() {
    return changes;
  }

  /** The start revision to ask for; 0 for "from now on". */
  long startRevision() {
    return next <= 1 ? next : next - 1;
  }

  boolean hasEnded() {
    return ended;
  }

  /** The number by which the present stream knows the watch, once that has created it. */
  OptionalLong idOnStream() {
    return idOnStream;
  }

  /** The watch has been created on a stream. */
  void created(long id, long headerRevision) {
    idOnStream = OptionalLong.of(id);
    if (next == 0) {
      next = headerRevision + 1;
    }
    if (!announced) {
      announced = true;
      tell(() -> listener.onCreated(next - 1));
    }
    if (headerRevision < seen) {
      hub.behind(this, seen);
    }
    seen = Math.max(seen, headerRevision);
  }

  /** The stream that the watch was on, or was asked of, carries it no more. */
  void detached() {
    idOnStream = OptionalLong.empty();
    held = new ArrayList<>();
  }

  /** All the events of a response. */
  void events(List<Event> events) {
    report(append(events));
  }

  /** The events of a response that goes on in the next one. */
  void fragment(List<Event> events) {
    List<WatchEvent> all = append(events);
    int whole = all.size();
    long last = all.isEmpty() ? 0 : revision(all.get(all.size() - 1));
    while (whole > 0 && revision(all.get(whole - 1)) == last) {
      whole--;
    }
    held = new ArrayList<>(all.subList(whole, all.size()));
    report(List.copyOf(all.subList(0, whole)));
  }

  /** etcd has sent every change up to this revision. */
  void progress(long revision) {
    if (held.isEmpty()) {
      next = Math.max(next, revision + 1);
      seen = Math.max(seen, revision);
    }
  }

  /** Whether changes that were not reported yet may have been compacted away. */
  boolean isOvertakenBy(long compactRevision) {
    return next <= compactRevision;
  }

  void compacted(long compactRevision) {
    end(() -> listener.onCompacted(compactRevision));
  }

  void failed(CoordException cause) {
    end(() -> listener.onFailed(cause));
  }

  @Override
  public void close() {
    if (!ended) {
      ended = true;
      hub.closed(this);
    }
  }

  @Override
  public String toString() {
    return range.end().isEmpty()
        ? "watch on key " + range.start()
        : "watch on keys [" + range.start() + ", " + range.end().get() + ")";
  }

  private List<WatchEvent> append(List<Event> events) {
    List<WatchEvent> all = held;
    held = new ArrayList<>();
    for (Event event : events) {
      if (event.getKv().getModRevision() >= next) {
        all.add(WatchMessages.event(event));
      }
    }
    return all;
  }

  private void report(List<WatchEvent> events) {
    if (!events.isEmpty()) {
      long last = revision(events.get(events.size() - 1));
      next = last + 1;
      seen = Math.max(seen, last);
      tell(() -> listener.onEvents(last, List.copyOf(events)));
    }
  }

  private void end(Runnable lastCall) {
    if (!ended) {
      ended = true;
      tell(lastCall);
    }
  }

  /** A listener that fails must not keep the other watches of the stream from their events. */
  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("{}: the listener of the {} failed", hub.coordName(), this, e);
    }
  }

  private static long revision(WatchEvent event) {
    return event.kv().modRevision();
  }
}
