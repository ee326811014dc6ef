package io.coord.core.internal.grpc;

import io.coord.core.internal.store.Scheduler;
import io.coord.core.internal.store.Timer;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.FastThreadLocalThread;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of a store: the event loop that carries every connection.
 *
 * <p>Because every answer arrives on it, the state of the store needs no locks: whatever does not
 * run on it hops there first.
 */
final class StoreThread implements Scheduler {

  private static final Timer NEVER = () -> {};
  private static final SecureRandom RANDOM = new SecureRandom();

  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Class<? extends Channel> channelType;

  private final Alertness alertness;

  private StoreThread(
      EventLoopGroup group, Class<? extends Channel> channelType, Alertness alertness) {
    this.group = group;
    this.alertness = alertness;
    this.loop = group.next();
    this.channelType = channelType;
  }

  /** The thread begins with its first task and ends by {@link #shutDown}. */
  static StoreThread create(String storeName) {
    ThreadFactory threads =
        task -> {
          Thread thread = new FastThreadLocalThread(task, storeName + "-io");
          thread.setDaemon(true);
          return thread;
        };
    Alertness alertness = Alertness.create();
    return Epoll.isAvailable()
        ? new StoreThread(
            new EpollEventLoopGroup(1, threads, () -> alertness),
            EpollSocketChannel.class,
            alertness)
        : new StoreThread(new NioEventLoopGroup(1, threads), NioSocketChannel.class, alertness);
  }

  EventLoopGroup group() {
    return group;
  }

  Class<? extends Channel> channelType() {
    return channelType;
  }

  /** To be told of requests and answers. */
  Alertness alertness() {
    return alertness;
  }

  boolean isCurrent() {
    return loop.inEventLoop();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant timeOfDay() {
    return Instant.now();
  }

  @Override
  public long randomLong() {
    return RANDOM.nextLong();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> scheduled = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      return NEVER;
    }
  }

  @Override
  public void execute(Runnable task) {
    tryExecute(task);
  }

  /** Runs the task soon; gives false when the thread has ended, and then never runs it. */
  boolean tryExecute(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** Runs what has been given so far, then ends the thread. Idempotent; does not wait. */
  void shutDown() {
    Future<?> unused = group.shutdownGracefully(0, 0, TimeUnit.NANOSECONDS);
  }

  /** Waits until the thread has ended; gives false when it has not within the time. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return group.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
  }
}
