/**
 * Ordered waiting: the one way in which mutexes, read-write mutexes, semaphores and elections stand
 * in line.
 *
 * <p>{@link io.coord.core.internal.line.Line} is one line, by its prefix in etcd; a {@link
 * io.coord.core.internal.line.Ticket} is one place in it; {@link
 * io.coord.core.internal.line.Admission} says how many at the head may hold at once.
 */
@NullMarked
package io.coord.core.internal.line;

import org.jspecify.annotations.NullMarked;
