/** For each primitive, clients that use it at random, and the rules that must hold meanwhile. */
@NullMarked
package io.coord.it.torture.simulated.model;

import org.jspecify.annotations.NullMarked;
