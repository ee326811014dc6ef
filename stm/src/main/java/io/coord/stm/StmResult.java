package io.coord.stm;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction gave.
 *
 * @param <R> the type of the body's value
 * @param value what the body returned in the attempt that was committed
 * @param revision the revision of etcd at which the transaction took effect: that of its writes,
 *     or, when it wrote nothing, the one that all its reads are of
 * @param attempts how often the body was run, at least 1
 * @param position its place, from 0, among the transactions of this connection whose writes took
 *     effect together at this revision, see {@link CommitSharing}; empty when nothing was written
 *     with it: then it comes after all that was written at the revision. The effect is that of
 *     running the transactions in the order of revisions, and of positions within one
 */
public record StmResult<R extends @Nullable Object>(
    R value, long revision, int attempts, OptionalInt position) {}
