package io.coord.queues;

/**
 * An item of a {@link WorkQueue} that was claimed too often without being acknowledged.
 *
 * @param <T> the type of the values
 * @param id what names it for {@link WorkQueue#retry} and {@link WorkQueue#drop}
 * @param value its value
 * @param priority its priority
 * @param attempts how often it was claimed
 * @param reason why the last attempt failed
 */
public record DeadLetter<T>(String id, T value, int priority, int attempts, String reason) {}
