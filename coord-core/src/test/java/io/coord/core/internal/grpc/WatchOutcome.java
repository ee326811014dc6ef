package io.coord.core.internal.grpc;

import io.coord.core.CoordException;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Tells a test, on whatever thread that runs, when a watch stands and how it ended. */
final class WatchOutcome implements WatchListener {

  private final CompletableFuture<Long> created = new CompletableFuture<>();
  private final CompletableFuture<CoordException> failed = new CompletableFuture<>();

  CompletableFuture<Long> created() {
    return created;
  }

  CompletableFuture<CoordException> failed() {
    return failed;
  }

  @Override
  public void onCreated(long revision) {
    created.complete(revision);
  }

  @Override
  public void onEvents(long revision, List<WatchEvent> events) {}

  @Override
  public void onCompacted(long compactRevision) {}

  @Override
  public void onFailed(CoordException cause) {
    failed.complete(cause);
  }
}
