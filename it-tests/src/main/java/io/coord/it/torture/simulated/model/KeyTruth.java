package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.internal.store.WatchEvent;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What one key held at every revision, by what etcd committed. */
final class KeyTruth {

  private final Bytes key;
  private final NavigableMap<Long, Optional<String>> values = new TreeMap<>();
  private int changes;
  private int timesAbsent = 1;
  private int timesPresent;

  KeyTruth(Bytes key) {
    this.key = key;
    values.put(0L, Optional.empty());
  }

  /** The changes of one revision. */
  void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event.kv().key().equals(key)) {
        boolean put = event.type() == WatchEvent.Type.PUT;
        timesPresent += put && now().isEmpty() ? 1 : 0;
        timesAbsent += put ? 0 : 1;
        changes++;
        values.put(
            event.kv().modRevision(),
            put ? Optional.of(event.kv().value().utf8()) : Optional.empty());
      }
    }
  }

  Optional<String> now() {
    return values.lastEntry().getValue();
  }

  /** How often it was written or deleted. */
  int changes() {
    return changes;
  }

  /** How often it was created. */
  int timesPresent() {
    return timesPresent;
  }

  /** A moment to ask about later. */
  Moment mark() {
    return new Moment(
        now().isEmpty() ? timesAbsent - 1 : timesAbsent,
        now().isPresent() ? timesPresent - 1 : timesPresent);
  }

  /** Whether it was absent at some time since then. */
  boolean wasAbsentSince(Moment moment) {
    return timesAbsent > moment.timesAbsent();
  }

  /** Whether it was there at some time since then. */
  boolean wasPresentSince(Moment moment) {
    return timesPresent > moment.timesPresent();
  }

  /** How often it had become absent, and present, before a moment. */
  record Moment(int timesAbsent, int timesPresent) {}
}
