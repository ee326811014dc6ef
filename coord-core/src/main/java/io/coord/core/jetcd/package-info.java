/**
 * The bridge to jetcd's own client, for applications that use both. Needs {@code
 * io.etcd:jetcd-core} on the class path, which Coord itself does without.
 */
@NullMarked
package io.coord.core.jetcd;

import org.jspecify.annotations.NullMarked;
