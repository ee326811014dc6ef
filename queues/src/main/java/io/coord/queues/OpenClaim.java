package io.coord.queues;

import java.time.Instant;
import java.util.Optional;

/**
 * An item of a {@link WorkQueue} that is claimed, as others see it.
 *
 * @param <T> the type of the values
 * @param key the key that exists while the claim stands
 * @param value its value
 * @param priority its priority
 * @param attempt which attempt at it this is, counted from 1
 * @param claimant who works on it: the name of the connection, and its session's lease
 * @param since when it was claimed, by the clock of the machine that did; empty when the session
 *     has ended and the item has not been returned yet
 */
public record OpenClaim<T>(
    String key, T value, int priority, int attempt, String claimant, Optional<Instant> since) {}
