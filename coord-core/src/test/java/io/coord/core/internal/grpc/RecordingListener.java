package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes down what a watch reports, one line a call; may do something at each call. */
final class RecordingListener implements WatchListener {

  private final List<String> calls = new ArrayList<>();
  private Runnable atEachCall = () -> {};

  RecordingListener atEachCall(Runnable action) {
    atEachCall = action;
    return this;
  }

  List<String> calls() {
    return calls;
  }

  @Override
  public void onCreated(long revision) {
    write("created " + revision);
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> events) {
    write(
        events.stream()
            .map(e -> e.type() + " " + e.kv().key() + "@" + e.kv().modRevision())
            .collect(Collectors.joining(", ", "to " + revision + ": ", "")));
  }

  @Override
  public void onCompacted(long compactRevision) {
    write("compacted " + compactRevision);
  }

  @Override
  public void onFailed(CoordException cause) {
    write("failed " + cause.getClass().getSimpleName());
  }

  private void write(String call) {
    calls.add(call);
    atEachCall.run();
  }
}
