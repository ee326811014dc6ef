/** Transactions that take effect once though their answers are lost. */
@NullMarked
package io.coord.core.internal.marked;

import org.jspecify.annotations.NullMarked;
