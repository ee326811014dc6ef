package io.coord.election;

import io.coord.core.FencingToken;

/**
 * Who leads, as etcd knew it at one revision.
 *
 * @param <T> the type of the values
 * @param value what it proclaims
 * @param key its key, without the connection's namespace
 * @param fencingToken the create revision of its key, which rises from leader to leader
 * @param revision the revision at which it proclaimed the value
 * @param leaseId the lease that the key is under; 0 for none
 */
public record Leader<T>(
    T value, String key, FencingToken fencingToken, long revision, long leaseId) {}
