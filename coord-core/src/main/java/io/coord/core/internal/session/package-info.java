/** How a lease is kept, and how its loss is noticed in time; stands behind {@code Session}. */
@NullMarked
package io.coord.core.internal.session;

import org.jspecify.annotations.NullMarked;
