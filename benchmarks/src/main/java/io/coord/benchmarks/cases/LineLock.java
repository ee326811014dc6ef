package io.coord.benchmarks.cases;

import io.coord.core.Bytes;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Lines;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;
import org.jspecify.annotations.Nullable;

/** The line itself, without a primitive on top: join, wait, leave. */
final class LineLock implements ExclusiveLock {

  private final Lines lines;
  private final LeaseSession session;
  private final Bytes prefix;
  private @Nullable Ticket held;

  LineLock(Session session, String name) {
    this.lines = CoordRuntime.of(session.coord()).lines();
    this.session = (LeaseSession) session;
    this.prefix = Bytes.utf8(name + "/");
  }

  @Override
  public long acquire() throws InterruptedException {
    Ticket ticket =
        lines.join(prefix, Admission.FIRST, prefix, session, Bytes.EMPTY, Handover.AT_ONCE);
    held = ticket;
    return Futures.await(ticket.granted()).entry().createRevision();
  }

  @Override
  public void release() throws InterruptedException {
    Ticket ticket = held;
    if (ticket != null) {
      Futures.await(ticket.leave());
    }
  }
}
