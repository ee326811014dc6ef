package io.coord.core.internal.grpc;

import static io.coord.core.internal.grpc.WatchScript.broken;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;

/** A hub of watches on scripted streams and a clock that stands still. */
abstract class WatchHubScenario {

  static final Duration LONG = Duration.ofMinutes(1);

  final FakeScheduler scheduler = new FakeScheduler();
  final ScriptedOpener<WatchRequest, WatchResponse> opener = new ScriptedOpener<>();
  final WatchHub hub = new WatchHub(opener, scheduler, "test");
  final RecordingListener a = new RecordingListener();
  final RecordingListener b = new RecordingListener();

  final Watch watch(String key, WatchListener listener) {
    return watch(key, 0, listener);
  }

  final Watch watch(String key, long startRevision, WatchListener listener) {
    return hub.watch(KeyRange.single(Bytes.utf8(key)), startRevision, Changes.ALL, listener);
  }

  final void breakAndReopen() {
    opener.stream().breakWith(broken());
    scheduler.advance(LONG);
  }
}
