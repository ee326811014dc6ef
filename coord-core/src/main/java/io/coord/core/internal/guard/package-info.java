/** Conditions on what is held, and transactions that require them. */
@NullMarked
package io.coord.core.internal.guard;

import org.jspecify.annotations.NullMarked;
