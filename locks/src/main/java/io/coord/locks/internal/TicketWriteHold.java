package io.coord.locks.internal;

import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.Release;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Entry;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Holding;
import io.coord.core.internal.line.Ticket;
import io.coord.locks.LockHold;
import io.coord.locks.WriteHold;
import java.util.concurrent.CompletableFuture;

/*
 * A write hold, and how it becomes a read hold.
 *
 *   write key, read key --delete the write key--> read key --seen--> the read hold
 *                                                    '--cancelled, interrupted--> deleted
 *
 * The read key came with the write key, at the same place in the line. While it stands there, no
 * writer behind it is let in; so there is no moment at which one could be.
 *
 * Lost reply: the deletion is repeated until it is answered, then the read key is read; what is there
 * decides. Late copies delete a key whose name is not given again after a downgrade. Session's end, or
 * the read key deleted by hand: the reading fails, and nothing is held. The write key deleted by hand:
 * likewise, for readers may have been let in beside the writer since; the read key is deleted. Refused:
 * likewise, and both keys are deleted as soon as etcd allows it. Cancelled at any moment: the read key
 * is taken up all the same, and then deleted.
 */

/** A hold whose place in the line has a write key and a read key beside it. */
public final class TicketWriteHold extends ForwardingHold implements WriteHold {

  private final Bytes prefix;
  private final Admission admission;
  private final Holding holding;

  /** Takes over a ticket that was granted. */
  public TicketWriteHold(Bytes prefix, Admission admission, Ticket ticket, Grant grant) {
    this(prefix, admission, new Holding(ticket, grant));
  }

  private TicketWriteHold(Bytes prefix, Admission admission, Holding holding) {
    super(
        new TicketHold(
            holding, Guard.exists(holding.ticket().key(), holding.fencingToken().value())));
    this.prefix = prefix;
    this.admission = admission;
    this.holding = holding;
  }

  @Override
  public LockHold downgrade() throws InterruptedException {
    return lastLook(Futures.await(beginDowngrade(), TicketWriteHold::releaseTooLate));
  }

  @Override
  public CompletableFuture<LockHold> downgradeAsync() {
    return Futures.publish(
        beginDowngrade(),
        holding.coord().callbacks(),
        this::lastLook,
        TicketWriteHold::releaseTooLate);
  }

  /** Does what {@link #downgrade()} does, whatever interrupts; keeps the interrupt status. */
  public LockHold downgradeUninterruptibly() {
    return lastLook(Futures.awaitUninterruptibly(beginDowngrade()));
  }

  /** The caller may get the read hold long after it was there. */
  private LockHold lastLook(LockHold read) {
    holding.ticket().throwIfLost();
    return read;
  }

  private CompletableFuture<LockHold> beginDowngrade() {
    CompletableFuture<LockHold> result = new CompletableFuture<>();
    Futures.onDone(
        holding.leaveCompanionBehind(),
        left -> takeUp(left, result),
        result::completeExceptionally);
    return result;
  }

  private void takeUp(Entry readPlace, CompletableFuture<LockHold> result) {
    Ticket reader =
        holding.coord().lines().resume(prefix, admission, holding.ticket().session(), readPlace);
    Futures.onDone(
        reader.granted(),
        grant -> {
          LockHold read = TicketHold.of(reader, grant);
          if (!result.complete(read)) {
            releaseTooLate(read);
          }
        },
        result::completeExceptionally);
  }

  private static void releaseTooLate(LockHold read) {
    CompletableFuture<Release> unused = read.releaseAsync();
  }

  @Override
  public String toString() {
    return "WriteHold[" + holding.ticket().key().utf8() + ", token " + fencingToken().value() + "]";
  }
}
