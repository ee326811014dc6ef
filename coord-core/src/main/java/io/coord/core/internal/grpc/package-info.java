/**
 * The {@link io.coord.core.internal.store.Store} over gRPC: the only package that knows of gRPC,
 * protobuf and etcd's messages.
 */
@NullMarked
package io.coord.core.internal.grpc;

import org.jspecify.annotations.NullMarked;
