/** How barriers wait and write. Not for use outside of Coord. */
@NullMarked
package io.coord.barriers.internal;

import org.jspecify.annotations.NullMarked;
