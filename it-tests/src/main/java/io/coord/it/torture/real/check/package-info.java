/** Decides from histories alone whether what was promised was kept. */
@NullMarked
package io.coord.it.torture.real.check;

import org.jspecify.annotations.NullMarked;
