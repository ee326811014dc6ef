/** How a transaction is attempted, committed, and resolved when its answer is lost; not API. */
@NullMarked
package io.coord.stm.internal;

import org.jspecify.annotations.NullMarked;
