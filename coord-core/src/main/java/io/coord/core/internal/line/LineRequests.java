package io.coord.core.internal.line;

import io.coord.core.Bytes;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Compare.Relation;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.OpResult;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.TxnRequest;
import io.coord.core.internal.store.TxnResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/*
 * The transactions of a line.
 *
 * The fence. A join is not safe to repeat, and a copy of it can be applied late: a frozen member may
 * hold it, and carry it out when it thaws, perhaps after the ticket has joined through another
 * member, held, and left. Its key would then be in the line with nobody to delete it: a lock held by
 * nobody, for as long as the session lives. Therefore every join compares the modification revision
 * of a key of its own session and line, the fence, which normally does not exist (0). When the
 * outcome of a join is unknown, the fence is raised, in one transaction that also reads the joined
 * key. That transaction may be repeated at will. Once it is answered, the earlier join either was
 * applied before it, and its key was seen, or it never will be: its compare fails from now on.
 * Joins that follow compare the new revision; one that does not know it fails and learns it.
 *
 * A join that was applied may be found with its companion alone, when somebody deleted the key of the place
 * before it was read. That companion is deleted, by its create revision, so that a late copy touches no
 * later one; then the fence is raised again. Else it would stand in the way of its own ticket.
 */

/** Builds the transactions of one line; has no state. */
final class LineRequests {

  /** What a join reads besides. */
  enum Glance {
    /** The line, so that the answer says who is before the ticket. */
    LINE,
    /**
     * Nothing: others of this process go first, and whoever of them is the last reads the line; or
     * nobody waits for anybody.
     */
    NOTHING
  }

  /** A longer line is not read with every join; the watch reads it once. */
  private static final int LINE_READ_WITH_JOIN = 64;

  private static final Bytes FENCE = Bytes.utf8("\0fence/");

  private final Bytes prefix;
  private final Bytes fencePrefix;

  LineRequests(Bytes prefix) {
    this.prefix = prefix;
    this.fencePrefix = prefix.upTo(prefix.length() - 1).concat(FENCE);
  }

  /**
   * Puts the ticket's keys. Then-branch: put..., the line if it is to be read, and the rider if
   * there is one; else-branch: own key, fence. The rider stands behind the compares of the join: a
   * copy that is applied late does not carry it out either.
   */
  TxnRequest join(Ticket ticket, long fenceRevision) {
    Bytes fence = fenceKey(ticket);
    List<Op> ops = new ArrayList<>();
    ticket.companion.ifPresent(key -> ops.add(put(ticket, key)));
    ops.add(put(ticket, ticket.key));
    if (ticket.glance == Glance.LINE) {
      ops.add(Op.get(line().limit(LINE_READ_WITH_JOIN)));
    }
    ticket.rider.ifPresent(request -> ops.add(new Op.Nested(request)));
    return TxnRequest.when(
            Compare.absent(ticket.key), Compare.modRevision(fence, Relation.EQUAL, fenceRevision))
        .then(ops.toArray(Op[]::new))
        .otherwise(
            Op.get(RangeRequest.key(ticket.key).keysOnly()),
            Op.get(RangeRequest.key(fence).keysOnly()));
  }

  /** Whether the answer to a join that was applied says that the rider's conditions held. */
  boolean isRiderApplied(Ticket ticket, TxnResult answer) {
    return ticket.rider.isPresent()
        && answer.results().get(answer.results().size() - 1) instanceof OpResult.Txn rider
        && rider.result().succeeded();
  }

  private static Op put(Ticket ticket, Bytes key) {
    return Op.put(key, ticket.value, ticket.session.lease());
  }

  /**
   * Raises the fence against joins that were sent before, and reads the ticket's keys: put, key,
   * companion.
   */
  TxnRequest raiseFence(Ticket ticket) {
    List<Op> ops = new ArrayList<>();
    ops.add(Op.put(fenceKey(ticket), Bytes.EMPTY, ticket.session.lease()));
    ops.add(Op.get(RangeRequest.key(ticket.key).keysOnly()));
    ticket.companion.ifPresent(key -> ops.add(Op.get(RangeRequest.key(key).keysOnly())));
    return TxnRequest.of(ops.toArray(Op[]::new)).harmlessToRepeat();
  }

  /** The companion that the answer to {@link #raiseFence} shows without the key of its place. */
  Optional<Entry> companionAlone(Ticket ticket, TxnResult answer) {
    return ticket.companion.isPresent() && answer.range(1).first().isEmpty()
        ? answer.range(2).first().map(Findings::entryOf)
        : Optional.empty();
  }

  /** Deletes a key as it was put once, and no later one. */
  TxnRequest delete(Entry entry) {
    return TxnRequest.when(
            Compare.createRevision(entry.key(), Relation.EQUAL, entry.createRevision()))
        .then(Op.delete(entry.key()))
        .harmlessToRepeat();
  }

  /** Deletes the ticket's keys and reads those who may be next: delete..., then key... or line. */
  TxnRequest leave(Ticket ticket, Successors next) {
    List<Op> ops = new ArrayList<>();
    ticket.keysToDelete().forEach(key -> ops.add(Op.delete(key)));
    if (next.isLine()) {
      ops.add(Op.get(line()));
    } else {
      next.tickets().forEach(heir -> ops.add(Op.get(RangeRequest.key(heir.key).keysOnly())));
    }
    return TxnRequest.of(ops.toArray(Op[]::new));
  }

  /** Reads the whole line. */
  RangeRequest line() {
    return RangeRequest.of(KeyRange.prefix(prefix)).keysOnly();
  }

  private Bytes fenceKey(Ticket ticket) {
    return fencePrefix.concat(Bytes.utf8(Long.toHexString(ticket.session.lease())));
  }
}
