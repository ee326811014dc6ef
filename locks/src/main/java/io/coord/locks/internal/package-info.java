/** How locks are held. Not for use outside of Coord. */
@NullMarked
package io.coord.locks.internal;

import org.jspecify.annotations.NullMarked;
