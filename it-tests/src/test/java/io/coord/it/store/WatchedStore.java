package io.coord.it.store;

import io.coord.core.RefusedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchListener;

/** Counts the watches that are open, and refuses them while it is told to. */
public final class WatchedStore extends ForwardingStore {

  private int open;
  private boolean refuses;

  public WatchedStore(Store store) {
    super(store);
  }

  /** How many watches are open now. */
  public int open() {
    return open;
  }

  /** Has new watches fail from now on, or no more. */
  public void refuseWatches(boolean refuse) {
    refuses = refuse;
  }

  @Override
  public Watch watch(KeyRange range, long startRevision, Changes changes, WatchListener listener) {
    if (refuses) {
      scheduler().execute(() -> listener.onFailed(new RefusedException("no permission", null)));
      return () -> {};
    }
    open++;
    Watch watch = super.watch(range, startRevision, changes, listener);
    return () -> {
      open--;
      watch.close();
    };
  }
}
