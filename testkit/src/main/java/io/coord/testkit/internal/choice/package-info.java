/** Choosing what runs a cluster. */
@NullMarked
package io.coord.testkit.internal.choice;

import org.jspecify.annotations.NullMarked;
