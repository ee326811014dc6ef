package io.coord.it.store;

import io.coord.core.CoordException;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What one watch has reported, and whether it kept to the rules of {@link WatchListener}. */
final class WatchJournal implements WatchListener {

  private final List<String> events = new ArrayList<>();
  private final List<String> breaches = new ArrayList<>();
  private OptionalLong created = OptionalLong.empty();
  private OptionalLong compacted = OptionalLong.empty();
  private Optional<CoordException> failure = Optional.empty();
  private long reported;

  /** A change in the form in which journals are compared. */
  static String line(WatchEvent event) {
    return event.type() + " " + event.kv().key() + "@" + event.kv().modRevision();
  }

  synchronized OptionalLong created() {
    return created;
  }

  synchronized OptionalLong compacted() {
    return compacted;
  }

  synchronized Optional<CoordException> failure() {
    return failure;
  }

  /** The changes that were reported, in their order. */
  synchronized List<String> events() {
    return List.copyOf(events);
  }

  /** What was done against the rules; must be empty. */
  synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  @Override
  public synchronized void onCreated(long revision) {
    require(created.isEmpty(), "created twice, at " + revision);
    created = OptionalLong.of(revision);
    reported = revision;
  }

  @Override
  public synchronized void onEvents(long revision, List<WatchEvent> changes) {
    require(created.isPresent(), "events before created");
    require(compacted.isEmpty() && failure.isEmpty(), "events after the end");
    for (WatchEvent change : changes) {
      // a revision that was reported must be complete, so nothing of it may come in a later call
      require(change.kv().modRevision() > reported, line(change) + " after " + reported);
      events.add(line(change));
    }
    reported = revision;
  }

  @Override
  public synchronized void onCompacted(long compactRevision) {
    compacted = OptionalLong.of(compactRevision);
  }

  @Override
  public synchronized void onFailed(CoordException cause) {
    failure = Optional.of(cause);
  }

  private void require(boolean kept, String breach) {
    if (!kept) {
      breaches.add(breach);
    }
  }
}
