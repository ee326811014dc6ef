package io.coord.election.internal;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.internal.line.Admission;
import io.coord.core.internal.line.Grant;
import io.coord.core.internal.line.Handover;
import io.coord.core.internal.line.Ticket;
import io.coord.core.internal.session.LeaseSession;

/**
 * One candidacy: the place in the line, and the leadership that it may become.
 *
 * @param ticket the place
 * @param codec turns the values into bytes and back
 * @param value what is proposed
 * @param <T> the type of the values
 */
public record Campaign<T>(Ticket ticket, Codec<T> codec, T value) {

  /**
   * Stands behind whoever stands already.
   *
   * @param prefix what the keys of the election begin with
   */
  public static <T> Campaign<T> begin(LeaseSession session, Bytes prefix, Codec<T> codec, T value) {
    Ticket ticket =
        session
            .runtime()
            .lines()
            .join(
                prefix, Admission.FIRST, prefix, session, codec.encode(value), Handover.ONCE_GONE);
    return new Campaign<>(ticket, codec, value);
  }

  /** The leadership that a grant of the ticket is. */
  public TicketLeadership<T> won(Grant grant) {
    return new TicketLeadership<>(ticket, grant, codec, value, grant.entry().createRevision());
  }
}
