package io.coord.core.internal.grpc;

import io.etcd.jetcd.api.ResponseHeader;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A server that speaks etcd's protocol and does what a test tells it to. It keeps no keys: it
 * counts the requests that reached it and answers each as scripted.
 */
final class FakeMember implements AutoCloseable {

  private static final Metadata.Key<String> TOKEN =
      Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

  private final long id;
  private final int port;
  private final UnaryOperator<NettyServerBuilder> customizer;
  private final FakeServices services = new FakeServices(this);
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final List<Runnable> heldBack = new ArrayList<>();
  private Server server;
  private volatile long leader;
  private volatile long term = 2;
  private volatile long cluster = 0xc0;
  private volatile long revision = 7;
  private boolean frozen;

  private FakeMember(long id, int port, UnaryOperator<NettyServerBuilder> customizer) {
    this.id = id;
    this.customizer = customizer;
    this.leader = id;
    this.server = serve(port);
    this.port = server.getPort();
  }

  static FakeMember start(long id) {
    return new FakeMember(id, 0, builder -> builder);
  }

  static FakeMember start(long id, UnaryOperator<NettyServerBuilder> customizer) {
    return new FakeMember(id, 0, customizer);
  }

  private Server serve(int port) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .directExecutor();
    for (BindableService service : services.all()) {
      builder.addService(ServerInterceptors.intercept(service, new TokenRecorder()));
    }
    try {
      return customizer.apply(builder).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long id() {
    return id;
  }

  int port() {
    return port;
  }

  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  FakeServices services() {
    return services;
  }

  /** The tokens that requests carried, in order; a request without one is left out. */
  List<String> tokens() {
    return tokens;
  }

  FakeMember followsLeader(long newLeader) {
    leader = newLeader;
    return this;
  }

  FakeMember atTerm(long newTerm) {
    term = newTerm;
    return this;
  }

  FakeMember ofCluster(long newCluster) {
    cluster = newCluster;
    return this;
  }

  FakeMember atRevision(long newRevision) {
    revision = newRevision;
    return this;
  }

  long leader() {
    return leader;
  }

  ResponseHeader header() {
    return ResponseHeader.newBuilder()
        .setClusterId(cluster)
        .setMemberId(id)
        .setRaftTerm(term)
        .setRevision(revision)
        .build();
  }

  /** Takes requests, but answers nothing, as a stopped process whose connections stand. */
  synchronized void freeze() {
    frozen = true;
  }

  /** Answers what it was asked meanwhile. */
  void thaw() {
    List<Runnable> late;
    synchronized (this) {
      frozen = false;
      late = List.copyOf(heldBack);
      heldBack.clear();
    }
    late.forEach(Runnable::run);
  }

  /** Gives an answer, now or when thawed. */
  void answer(Runnable answer) {
    synchronized (this) {
      if (frozen) {
        heldBack.add(answer);
        return;
      }
    }
    answer.run();
  }

  /** Ends at once; every connection breaks. */
  void kill() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says on every connection that it ends after what is pending, and takes no other. */
  void stopGracefully() {
    server.shutdown();
  }

  /** Comes back on the same port. */
  void restart() {
    server = serve(port);
  }

  @Override
  public void close() {
    thaw();
    kill();
  }

  private final class TokenRecorder implements ServerInterceptor {

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String token = headers.get(TOKEN);
      if (token != null) {
        tokens.add(token);
      }
      services.token(token);
      return next.startCall(call, headers);
    }
  }
}
