package io.coord.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One who holds, or waits for its turn, as seen in etcd at one revision; for people and for
 * monitoring. When it is read, it may be over already.
 *
 * @param key its key, without the connection's namespace
 * @param value what the key holds
 * @param createRevision the revision that created the key, by which contenders are ordered; its
 *     fencing token when it holds
 * @param leaseId the lease that the key is under; 0 for none
 * @param ttlLeft the time until the lease expires unless it is kept alive, in whole seconds; empty
 *     when there is none any more
 * @param since when the key was put, by the clock of the machine that did; empty when it does not
 *     say so: candidates, and clients other than Coord
 * @param client the name of the connection that put it; empty likewise
 */
public record Contender(
    String key,
    Bytes value,
    long createRevision,
    long leaseId,
    Optional<Duration> ttlLeft,
    Optional<Instant> since,
    Optional<String> client) {}
