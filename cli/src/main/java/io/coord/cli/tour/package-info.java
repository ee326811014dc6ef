/** The tour through elections and locks that {@code coord demo} gives, with processes that die. */
@NullMarked
package io.coord.cli.tour;

import org.jspecify.annotations.NullMarked;
