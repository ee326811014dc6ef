package io.coord.testkit.sim;

import io.coord.core.CoordException;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a watch reported. */
final class RecordingListener implements WatchListener {

  final List<Long> created = new ArrayList<>();
  final List<List<WatchEvent>> calls = new ArrayList<>();
  final List<Long> compacted = new ArrayList<>();
  final List<CoordException> failed = new ArrayList<>();

  @Override
  public void onCreated(long revision) {
    created.add(revision);
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> events) {
    calls.add(events);
  }

  @Override
  public void onCompacted(long compactRevision) {
    compacted.add(compactRevision);
  }

  @Override
  public void onFailed(CoordException cause) {
    failed.add(cause);
  }

  List<WatchEvent> events() {
    return calls.stream().flatMap(List::stream).toList();
  }

  List<Long> revisions() {
    return events().stream().map(event -> event.kv().modRevision()).toList();
  }
}
