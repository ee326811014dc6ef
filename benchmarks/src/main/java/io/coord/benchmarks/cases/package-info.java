/** The cases that {@code coord bench} knows. */
@NullMarked
package io.coord.benchmarks.cases;

import org.jspecify.annotations.NullMarked;
