package io.coord.core.internal.store;

import io.coord.core.CoordException;
import java.util.List;

/**
 * Receives what a watch sees. Calls come one after another, on the store's thread, and must not
 * block. After {@link #onCompacted} or {@link #onFailed}, and once {@link Watch#close()} has
 * returned on the store's thread, no further call is made.
 */
public interface WatchListener {

  /**
   * The watch stands: every change after {@code revision} will be reported. Called once, before any
   * event; a watch that never came to stand, such as one that is denied, fails without it. A watch
   * that the store resumes on another member is not announced again.
   *
   * @param revision for a watch "from now on", the revision of the member that it was created on,
   *     which may lag behind other members; otherwise the start revision less one, whether that
   *     lies in the past or in the future
   */
  void onCreated(long revision);

  /**
   * Changes, in revision order; all changes of one revision arrive in one call.
   *
   * @param revision the last revision that is now completely reported, as far as the watch reports
   *     changes: that of the last event
   * @param events at least one
   */
  void onEvents(long revision, List<WatchEvent> events);

  /**
   * Changes were compacted away before they could be reported. The watch has ended: whoever watches
   * opens a new one and reads again.
   */
  void onCompacted(long compactRevision);

  /**
   * The watch has ended for a reason that no repetition cures: access denied, or the store closed.
   */
  void onFailed(CoordException cause);
}
