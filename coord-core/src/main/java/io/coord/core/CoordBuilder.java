package io.coord.core;

import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Names;
import io.coord.core.internal.SessionTtl;
import io.coord.core.internal.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Collects what a {@link Coord} needs. Every method checks its argument at once and names what is
 * wrong with it. Not safe to share between threads.
 */
public final class CoordBuilder {

  private static final AtomicInteger UNNAMED = new AtomicInteger();

  private final List<Endpoint> endpoints = new ArrayList<>();
  private Optional<String> name = Optional.empty();
  private TlsConfig tls = TlsConfig.jvmDefault();
  private Optional<Credentials> credentials = Optional.empty();
  private Bytes namespace = Bytes.EMPTY;
  private Duration connectTimeout = Duration.ofSeconds(10);
  private Duration requestTimeout = Duration.ofSeconds(10);
  private Duration sessionTtl = Duration.ofSeconds(30);
  private Optional<Executor> callbackExecutor = Optional.empty();

  CoordBuilder() {}

  /**
   * Adds members of the cluster. Name all of them: the connection moves between those that it
   * knows.
   *
   * @param members endpoints as {@link Endpoint#parse} reads them; one string may hold several,
   *     separated by commas
   * @return this builder
   * @throws IllegalArgumentException when one is malformed
   */
  public CoordBuilder endpoints(String... members) {
    for (String list : members) {
      for (String member : list.split(",", -1)) {
        endpoints.add(Endpoint.parse(member));
      }
    }
    return this;
  }

  /**
   * Sets the name that logs and thread names show; {@code coord-N} unless set.
   *
   * @param newName the name
   * @return this builder
   * @throws IllegalArgumentException when it is blank, has a NUL, or is no valid Unicode text
   */
  public CoordBuilder name(String newName) {
    if (newName.isBlank()) {
      throw new IllegalArgumentException("the connection's name is blank; expected a short name");
    }
    name = Optional.of(Names.check("connection", newName));
    return this;
  }

  /**
   * Sets how {@code https} endpoints are trusted; as the JVM does unless set.
   *
   * @param newTls the configuration
   * @return this builder
   */
  public CoordBuilder tls(TlsConfig newTls) {
    tls = newTls;
    return this;
  }

  /**
   * Sets the user of etcd's authentication; none unless set.
   *
   * @param user the user's name
   * @param password the user's password
   * @return this builder
   * @throws IllegalArgumentException when the name is empty
   */
  public CoordBuilder credentials(String user, String password) {
    if (user.isEmpty()) {
      throw new IllegalArgumentException("the user's name is empty; expected a user of etcd");
    }
    credentials = Optional.of(new Credentials(user, password));
    return this;
  }

  /**
   * Sets a prefix for every key, so that several applications can share a cluster; empty unless
   * set.
   *
   * @param prefix the prefix, used as it is: end it with a separator if one is wanted
   * @return this builder
   */
  public CoordBuilder namespace(String prefix) {
    namespace = Bytes.utf8(prefix);
    return this;
  }

  /**
   * Sets how long opening the connection may take; 10 seconds unless set.
   *
   * @param timeout a positive duration
   * @return this builder
   * @throws IllegalArgumentException when it is not positive
   */
  public CoordBuilder connectTimeout(Duration timeout) {
    connectTimeout = requirePositive("connect timeout", timeout);
    return this;
  }

  /**
   * Sets how long one request to etcd may take, its repetitions on other members included; 10
   * seconds unless set.
   *
   * @param timeout a positive duration
   * @return this builder
   * @throws IllegalArgumentException when it is not positive
   */
  public CoordBuilder requestTimeout(Duration timeout) {
    requestTimeout = requirePositive("request timeout", timeout);
    return this;
  }

  /**
   * Sets the time to live of sessions that are opened without one; 30 seconds unless set.
   *
   * @param ttl whole seconds
   * @return this builder
   * @throws IllegalArgumentException when etcd could not grant it
   */
  public CoordBuilder sessionTtl(Duration ttl) {
    sessionTtl = SessionTtl.check(ttl);
    return this;
  }

  /**
   * Sets what runs the user's callbacks: listeners, and actions chained to returned stages. The
   * caller keeps owning it and shuts it down after the connection. Unless set, the connection has a
   * small pool of its own, whose threads end when idle and when the connection closes.
   *
   * <p>Callbacks, and bodies of transactions that run asynchronously, may block on this library's
   * blocking methods. They must not wait for one of its futures, which would need a further thread
   * of the executor to complete. An executor that runs what it is given at once, as {@code
   * Runnable::run} does, calls back on the connection's own thread: no callback may block then, or
   * the connection hears of nothing any more. So it is with one that refuses what it is given:
   * every future ends, on the connection's thread if need be.
   *
   * @param executor the executor
   * @return this builder
   */
  public CoordBuilder callbackExecutor(Executor executor) {
    callbackExecutor = Optional.of(executor);
    return this;
  }

  /**
   * Returns what has been collected.
   *
   * @return an immutable configuration
   * @throws IllegalArgumentException when no endpoint was given
   */
  public CoordConfig build() {
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException(
          "no endpoint was given; expected at least one, such as http://127.0.0.1:2379");
    }
    return new CoordConfig(
        name.orElseGet(() -> "coord-" + UNNAMED.incrementAndGet()),
        List.copyOf(endpoints),
        tls,
        credentials,
        namespace,
        connectTimeout,
        requestTimeout,
        sessionTtl,
        callbackExecutor);
  }

  /**
   * Opens the connection. Blocks until a member of the cluster has answered, for at most the
   * connect timeout. Nothing is left behind when it fails.
   *
   * @return the connection, which the caller closes
   * @throws UnavailableException when no member answered in time, naming the endpoints
   * @throws AuthenticationException when user, password or certificate were not accepted
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public Coord connect() throws InterruptedException {
    return CoordRuntime.connect(build());
  }

  private static Duration requirePositive(String what, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(
          "the " + what + " is " + value + "; expected a positive duration");
    }
    return Timeouts.check(value);
  }
}
