/** What the commands do that show the primitives at work. */
@NullMarked
package io.coord.cli.program;

import org.jspecify.annotations.NullMarked;
