/**
 * The port through which everything in Coord reaches etcd, and the plain values that cross it.
 *
 * <p>{@link io.coord.core.internal.store.Store} is implemented over gRPC and, for tests, by a
 * deterministic simulation. Nothing here knows of gRPC or protobuf.
 */
@NullMarked
package io.coord.core.internal.store;

import org.jspecify.annotations.NullMarked;
