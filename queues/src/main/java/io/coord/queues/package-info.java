/** Queues that many processes share: first in first out, and by priority. */
@NullMarked
package io.coord.queues;

import org.jspecify.annotations.NullMarked;
