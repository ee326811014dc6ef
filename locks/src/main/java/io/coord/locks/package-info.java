/** Locks that exclude each other across machines. Begin with {@link io.coord.locks.Mutex}. */
@NullMarked
package io.coord.locks;

import org.jspecify.annotations.NullMarked;
