package io.coord.queues.internal;

import io.coord.core.Bytes;
import io.coord.core.internal.line.Signature;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.Op;
import java.util.List;

/**
 * Takes an item of a work queue: it is held from now on, for as long as a session lives. Its
 * attempts are counted with the claim, so that they are right whatever becomes of the claimer. That
 * the session lives is put under its lease by each transaction anew: without the lease, etcd
 * refuses it.
 *
 * @param keys the keys of the work queue
 * @param session who claims
 * @param claimer its name, for people
 * @param holder the session in keys
 */
record ClaimRemoval(WorkKeys keys, LeaseSession session, String claimer, Bytes holder)
    implements Removal {

  /** Two operations for each item, and two more; with the levels inside, 128. */
  private static final int MOST = 60;

  /** Of the records that are put aside; etcd's limit of a request is 1.5 MiB. */
  private static final long MOST_BYTES = 1 << 20;

  static ClaimRemoval by(LeaseSession session, WorkKeys keys) {
    String claimer = session.coord().config().name() + "/" + Long.toHexString(session.lease());
    return new ClaimRemoval(keys, session, claimer, WorkKeys.holder(session.lease()));
  }

  @Override
  public List<Op> ops(Item item) {
    Bytes suffix = keys.suffix(item.key());
    WorkRecord record = WorkRecord.decode(item.value().orElseThrow());
    return List.of(
        Op.delete(item.key()),
        Op.put(keys.held(holder, suffix), record.claimedBy(signature()).encode()));
  }

  @Override
  public List<Op> ops() {
    return List.of(Op.put(keys.live(holder), Bytes.utf8(claimer), session.lease()));
  }

  private Signature signature() {
    return new Signature(session.runtime().store().scheduler().timeOfDay(), claimer);
  }

  @Override
  public List<Item> fitting(List<Item> items) {
    long bytes = 0;
    int count = 0;
    for (Item item : items) {
      bytes += item.bytes();
      if (count > 0 && bytes > MOST_BYTES) {
        break;
      }
      count++;
    }
    return items.subList(0, count);
  }

  @Override
  public int mostAtOnce() {
    return MOST;
  }
}
