package io.coord.core;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * How a {@link Coord} is connected. Made by {@link CoordBuilder}; holds no secret in its {@link
 * #toString}.
 *
 * @param name what logs and thread names call the connection
 * @param endpoints the members of the cluster, at least one
 * @param tls how {@code https} endpoints are trusted
 * @param credentials the user, where etcd's authentication is enabled
 * @param namespace a prefix that is put before every key and taken off every key that is read
 * @param connectTimeout how long opening the connection may take
 * @param requestTimeout how long one request to etcd may take, with its repetitions on other
 *     members
 * @param sessionTtl the time to live of sessions that are opened without one
 * @param callbackExecutor runs the user's callbacks; empty for a small pool of the connection's own
 */
public record CoordConfig(
    String name,
    List<Endpoint> endpoints,
    TlsConfig tls,
    Optional<Credentials> credentials,
    Bytes namespace,
    Duration connectTimeout,
    Duration requestTimeout,
    Duration sessionTtl,
    Optional<Executor> callbackExecutor) {}
