/** Queues that many processes share: first in first out, by priority, and for work. */
@NullMarked
package io.coord.queues;

import org.jspecify.annotations.NullMarked;
