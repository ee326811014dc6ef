/** The torture of all primitives on the simulated store: by the thousand runs, each from a seed. */
@NullMarked
package io.coord.it.torture.simulated;

import org.jspecify.annotations.NullMarked;
