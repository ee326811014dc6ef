/** Commands of the user's that run while something is held. */
@NullMarked
package io.coord.cli.child;

import org.jspecify.annotations.NullMarked;
