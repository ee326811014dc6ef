package io.coord.core.internal.store;

import io.coord.core.Bytes;

/**
 * A key as etcd stores it.
 *
 * @param key the key
 * @param value its value; empty when only keys were asked for, and in a deletion
 * @param createRevision the revision at which the key last came into being
 * @param modRevision the revision of its last change
 * @param version the number of puts since it came into being; 0 in a deletion
 * @param lease the lease it is bound to; 0 for none
 */
public record KeyValue(
    Bytes key, Bytes value, long createRevision, long modRevision, long version, long lease) {}
