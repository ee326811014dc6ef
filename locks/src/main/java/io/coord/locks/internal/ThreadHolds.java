package io.coord.locks.internal;

import io.coord.core.KeyDeletedException;
import io.coord.core.Release;
import io.coord.core.Session;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Ticket;
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
   */
  public record Place(Session session, String name) {}

  /** One thread's hold. */
  private static final class Owned {
    private final Ticket ticket;
    private final LockHold hold;
    private int entered = 1;

    Owned(Ticket ticket, Grant grant) {
      this.ticket = ticket;
      this.hold = TicketHold.of(ticket, grant);
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
      throw whyNotHeld(owned);
    }
    owned.entered = Math.incrementExact(owned.entered);
    return true;
  }

  /** Enters for the first time, with what was granted. */
  public static void enter(Place place, Ticket ticket, Grant grant) {
    @Nullable Map<Place, Owned> all = OWN.get();
    if (all == null) {
      all = new HashMap<>();
      OWN.set(all);
    }
    all.put(place, new Owned(ticket, grant));
  }

  /** Enters for the first time if something was granted; tells whether it was. */
  public static boolean enter(Place place, Ticket ticket, Optional<Grant> grant) {
    grant.ifPresent(granted -> enter(place, ticket, granted));
    return grant.isPresent();
  }

  /** Leaves once, and releases with the last time. */
  public static void leave(Place place) {
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
    if (owned.entered == 0) {
      forget(place);
      release(owned);
    }
  }

  private static void release(Owned owned) {
    if (owned.hold.release() == Release.HAD_BEEN_LOST) {
      log.warn(
          "{}: thread {} unlocked {}, which had been lost before: somebody else may have held it"
              + " meanwhile",
          owned.ticket.session().coord().config().name(),
          Thread.currentThread().getName(),
          owned.hold.key());
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

  private static RuntimeException whyNotHeld(Owned owned) {
    return owned
        .ticket
        .session()
        .ended()
        .orElseGet(
            () ->
                new KeyDeletedException(
                    owned.hold.key()
                        + ", by which this thread has locked, is gone: deleted in etcd, or released"
                        + " otherwise than by unlocking; unlock as often as you locked, then lock"
                        + " again",
                    null));
  }
}
