package io.coord.core.internal.grpc;

import io.coord.core.internal.store.Watch;
import java.util.Optional;

/** A watch that was asked for, and is closed, from another thread than the store's. */
final class RemoteWatch implements Watch {

  private final StoreThread thread;
  private Optional<Watch> watch = Optional.empty();
  private boolean closed;

  RemoteWatch(StoreThread thread) {
    this.thread = thread;
  }

  /** The watch exists; called on the store's thread. */
  void opened(Watch opened) {
    watch = Optional.of(opened);
    if (closed) {
      opened.close();
    }
  }

  @Override
  public void close() {
    if (thread.isCurrent()) {
      closeHere();
    } else {
      thread.execute(this::closeHere);
    }
  }

  private void closeHere() {
    closed = true;
    watch.ifPresent(Watch::close);
  }
}
