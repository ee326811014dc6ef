/** The {@code coord} command. */
@NullMarked
package io.coord.cli;

import org.jspecify.annotations.NullMarked;
