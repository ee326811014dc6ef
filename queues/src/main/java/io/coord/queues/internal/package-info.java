/** The machinery behind the queues; not API. */
@NullMarked
package io.coord.queues.internal;

import org.jspecify.annotations.NullMarked;
