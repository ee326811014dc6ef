/** What the commands for operators do with queues of any kind. */
@NullMarked
package io.coord.cli.queue;

import org.jspecify.annotations.NullMarked;
