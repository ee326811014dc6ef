/** What a run tells afterwards. */
@NullMarked
package io.coord.it.torture.real.report;

import org.jspecify.annotations.NullMarked;
