package io.coord.queues;

/**
 * What is in a {@link WorkQueue}, at one moment.
 *
 * @param waiting how many items can be claimed
 * @param held how many are claimed, or delayed
 * @param dead how many are dead
 */
public record WorkCounts(long waiting, long held, long dead) {}
