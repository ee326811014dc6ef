/**
 * Connection, sessions and the types that every coordination primitive shares.
 *
 * <p>Start at {@link io.coord.core.Coord}.
 */
@NullMarked
package io.coord.core;

import org.jspecify.annotations.NullMarked;
