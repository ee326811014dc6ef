package io.coord.stm;

import org.jspecify.annotations.Nullable;

/**
 * What a transaction gave.
 *
 * @param <R> the type of the body's value
 * @param value what the body returned in the attempt that was committed
 * @param revision the revision of etcd at which the transaction took effect: that of its writes,
 *     or, when it wrote nothing, the one that all its reads are of
 * @param attempts how often the body was run, at least 1
 */
public record StmResult<R extends @Nullable Object>(R value, long revision, int attempts) {}
