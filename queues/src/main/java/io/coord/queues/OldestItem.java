package io.coord.queues;

import java.time.Instant;
import java.util.Optional;

/**
 * The item that has been in a queue for the longest time, for people and for monitoring.
 *
 * @param key its key, without the connection's namespace
 * @param revision the revision at which the key was put
 * @param since when it was enqueued, by the clock of the machine that did; empty when it does not
 *     say so: items of a {@link PriorityQueue}, and those that were put by hand
 */
public record OldestItem(String key, long revision, Optional<Instant> since) {}
