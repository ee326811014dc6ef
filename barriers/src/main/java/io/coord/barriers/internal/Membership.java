package io.coord.barriers.internal;

import io.coord.core.internal.line.Ticket;

/**
 * A member that is in.
 *
 * @param ticket its place
 * @param lastIn the create revision of the last one that came in with it
 */
record Membership(Ticket ticket, long lastIn) {}
