/** Programs that read actions, a line each, from a terminal or from a file. */
@NullMarked
package io.coord.cli.shell;

import org.jspecify.annotations.NullMarked;
