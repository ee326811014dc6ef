/** What stands behind the public interfaces of {@code io.coord.core}; not API. */
@NullMarked
package io.coord.core.internal;

import org.jspecify.annotations.NullMarked;
