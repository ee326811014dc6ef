/** How leaders lead and observers observe. Not for use outside of Coord. */
@NullMarked
package io.coord.election.internal;

import org.jspecify.annotations.NullMarked;
