package io.coord.core.internal.store;

/**
 * A granted lease.
 *
 * @param id its number
 * @param ttlSeconds the time to live that the server chose; it may be longer than what was asked
 */
public record LeaseGrant(long id, long ttlSeconds) {}
