/** The processes that use all primitives while faults are made. */
@NullMarked
package io.coord.it.torture.real.client;

import org.jspecify.annotations.NullMarked;
