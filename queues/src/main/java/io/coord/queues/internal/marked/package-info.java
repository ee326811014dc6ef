/** Transactions that take effect once though their answers are lost; not API. */
@NullMarked
package io.coord.queues.internal.marked;

import org.jspecify.annotations.NullMarked;
