/** Clusters of real etcd members: how each backend starts, breaks and repairs them. */
@NullMarked
package io.coord.testkit.internal.cluster;

import org.jspecify.annotations.NullMarked;
