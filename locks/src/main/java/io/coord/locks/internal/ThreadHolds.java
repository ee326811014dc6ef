package io.coord.locks.internal;

import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.session.LeaseSession;
import io.coord.locks.LockHold;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * What each thread holds, by session and name, and how many times it has entered.
 *
 *   (nothing) --enter--> 1 --enterAgain--> 2 ...
 *       ^               |  <----leave-----
 *       '----leave------'  releases; warns if it had been lost
 *
 *   A hold that is lost stays where it is until the thread has left as often as it entered. Meanwhile
 *   enterAgain is refused: the thread would go on in the belief that it is alone.
 *
 * Only its own thread sees an entry, so there is nothing to guard. It goes with the thread.
 */

/** The holds that belong to threads. */
public final class ThreadHolds {

  /**
   * What is locked.
   *
   * @param session the session of the holds; each is a world of its own
   * @param name the name of the lock
   * @param kind what of that name is locked
   */
  public record Place(Session session, String name, Kind kind) {

    /** A mutex. */
    public Place(Session session, String name) {
      this(session, name, Kind.MUTEX);
    }
  }

  /** Locks of one name that are not the same. */
  public enum Kind {
    /** A mutex. */
    MUTEX,
    /** The read side of a read-write mutex. */
    READ,
    /** The write side of a read-write mutex. */
    WRITE
  }

  /** One thread's hold. */
  private static final class Owned {
    private LockHold hold;
    private int entered = 1;

    Owned(LockHold hold) {
      this.hold = hold;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(ThreadHolds.class);
  private static final ThreadLocal<@Nullable Map<Place, Owned>> OWN = new ThreadLocal<>();

  private ThreadHolds() {}

  /** What the current thread holds there. */
  public static Optional<LockHold> hold(Place place) {
    return Optional.ofNullable(own(place)).map(owned -> owned.hold);
  }

  /** Enters once more; false when the current thread has nothing there. */
  public static boolean enterAgain(Place place) {
    @Nullable Owned owned = own(place);
    if (owned == null) {
      return false;
    }
    if (!owned.hold.isHeld()) {
      throw whyNotHeld(place, owned.hold);
    }
    owned.entered = Math.incrementExact(owned.entered);
    return true;
  }

  /** Enters for the first time, by a hold that the thread has. */
  public static void enter(Place place, LockHold hold) {
    @Nullable Map<Place, Owned> all = OWN.get();
    if (all == null) {
      all = new HashMap<>();
      OWN.set(all);
    }
    all.put(place, new Owned(hold));
  }

  /** Leaves once, and releases with the last time. */
  public static void leave(Place place) {
    leaveOnce(place).ifPresent(hold -> release(place, hold));
  }

  /** Leaves once; with the last time gives the hold, which is the caller's from then on. */
  public static Optional<LockHold> leaveOnce(Place place) {
    @Nullable Owned owned = own(place);
    if (owned == null) {
      throw new IllegalMonitorStateException(
          "thread "
              + Thread.currentThread().getName()
              + " unlocks "
              + place.name()
              + ", which it has not locked; expected the thread that locked it");
    }
    owned.entered--;
    if (owned.entered > 0) {
      return Optional.empty();
    }
    forget(place);
    return Optional.of(owned.hold);
  }

  /** From now on the thread is there by another hold. */
  public static void replace(Place place, LockHold hold) {
    @Nullable Owned owned = own(place);
    if (owned != null) {
      owned.hold = hold;
    }
  }

  /** Releases; warns if it had been lost. */
  public static void release(Place place, LockHold hold) {
    if (hold.release() == Release.HAD_BEEN_LOST) {
      log.warn(
          "{}: thread {} unlocked {}, which had been lost before: somebody else may have held it"
              + " meanwhile",
          place.session().coord().config().name(),
          Thread.currentThread().getName(),
          hold.key());
    }
  }

  private static @Nullable Owned own(Place place) {
    @Nullable Map<Place, Owned> all = OWN.get();
    return all == null ? null : all.get(place);
  }

  /** Threads of pools outlive what they do: nothing is left in them. */
  private static void forget(Place place) {
    @Nullable Map<Place, Owned> all = OWN.get();
    if (all != null && all.remove(place) != null && all.isEmpty()) {
      OWN.remove();
    }
  }

  private static RuntimeException whyNotHeld(Place place, LockHold hold) {
    return LeaseSession.of(place.session())
        .ended()
        .orElseGet(
            () ->
                new KeyDeletedException(
                    hold.key()
                        + ", by which this thread has locked, is gone: deleted in etcd, or released"
                        + " otherwise than by unlocking; unlock as often as you locked, then lock"
                        + " again",
                    null));
  }
}
