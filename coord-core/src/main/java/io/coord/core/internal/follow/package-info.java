/** Following a range of etcd from revision to revision. */
@NullMarked
package io.coord.core.internal.follow;

import org.jspecify.annotations.NullMarked;
