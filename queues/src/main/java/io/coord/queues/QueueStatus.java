package io.coord.queues;

import java.util.Optional;

/**
 * How long a {@link Queue} or {@link PriorityQueue} is, and has been, for people and for
 * monitoring.
 *
 * @param size how many items there are
 * @param oldest the one that came first of them; empty when there is none
 */
public record QueueStatus(long size, Optional<OldestItem> oldest) {}
