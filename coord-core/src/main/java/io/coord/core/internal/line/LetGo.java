package io.coord.core.internal.line;

import io.coord.core.Bytes;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/*
 * Handing over at once.
 *
 * When a holder of ours is asked to leave, the one behind it may be ours as well. It need not wait until
 * etcd has deleted the key: whoever held by it has said that it acts no more. So its grant costs no
 * commit; the deletion follows, and many of them are under way together.
 *
 * Why this is safe
 *  - Other processes see both keys in etcd, the one that was let go and the one behind it, and wait
 *    until both are gone.
 *  - The order is that of create revisions: who is next is known (the view covers its create revision),
 *    and nobody can come in between any more.
 *  - The next one's own key was seen by a request that was sent no longer than FRESH ago. So whose
 *    lease has ended, or whose key was deleted while it waited, is not granted, but for the moment that
 *    every holder is exposed to; by the rule of sessions, an end of the lease is known here before
 *    etcd's. If it was seen earlier than that, it waits for the deletion, which reads it.
 *  - Nothing of the former holder can come late: the guard of a hold is true in etcd while its key is
 *    there. So if anybody was given the guard or the key, the ticket hands over ONCE_GONE; and a guard
 *    that is asked for later is never true.
 *  - Tokens rise, for they are create revisions.
 *  - If the deletion is lost, it is repeated; if the process or the session dies meanwhile, the key goes
 *    with its lease. Nobody in this process waits for that, and the others would have waited as long.
 */

/** Places of ours that nobody holds any more, though etcd still has them. Guarded by its line. */
final class LetGo {

  /**
   * How old a sight of the next one's key may be. As long as a few round trips, so that a line in
   * which turns are short never waits for a sight; and no longer than the news of a deletion takes
   * to reach a holder.
   */
  static final Duration FRESH = Duration.ofMillis(20);

  private final LongSupplier nanoTime;
  private final Set<Bytes> keys = new HashSet<>();

  LetGo(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The ticket's keys are about to be deleted. */
  void departs(Ticket ticket) {
    if (ticket.handover == Handover.AT_ONCE) {
      keys.addAll(ticket.keysToDelete());
    }
  }

  void departed(Ticket ticket) {
    keys.remove(ticket.key);
    ticket.companion.ifPresent(keys::remove);
  }

  Set<Bytes> keys() {
    return keys;
  }

  boolean contains(Bytes key) {
    return keys.contains(key);
  }

  /** Whether the ticket may take over at once, if it is next. */
  boolean mayBeFollowedBy(Ticket ticket) {
    return ticket.handover == Handover.AT_ONCE
        && nanoTime.getAsLong() - ticket.seenSince <= FRESH.toNanos();
  }
}
