package io.coord.testkit.sim;

import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import io.coord.core.internal.store.Changes;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import io.coord.core.internal.store.WatchEvent;
import io.coord.core.internal.store.WatchListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One watch of a client, through all the streams that carry it.
 *
 * <p>{@code next} is the first revision that was not reported yet; 0 until a watch from now on
 * knows what "now" is. It only rises. Each connection to the server is a {@link Line} of its own;
 * messages of one that was given up are ignored, so each change is reported once and in order.
 *
 * <p>As the store over gRPC does, it asks the server for one revision more than it needs, so that a
 * compaction exactly below what it needs counts as a loss.
 */
final class ClientWatch implements Watch {

  private static final Duration SHORTEST_REOPENING = Duration.ofMillis(1);
  private static final Duration LONGEST_REOPENING = Duration.ofSeconds(2);

  private final World world;
  private final Server server;
  private final ClientProcess process;
  private final KeyRange range;
  private final Changes changes;
  private final WatchListener listener;
  private final Consumer<ClientWatch> whenOver;
  private Optional<Line> line = Optional.empty();
  private long next;
  private boolean announced;
  private boolean over;

  ClientWatch(
      World world,
      Server server,
      ClientProcess process,
      KeyRange range,
      long startRevision,
      Changes changes,
      WatchListener listener,
      Consumer<ClientWatch> whenOver) {
    this.world = world;
    this.server = server;
    this.process = process;
    this.range = range;
    this.next = startRevision;
    this.changes = changes;
    this.listener = listener;
    this.whenOver = whenOver;
  }

  /** Asks the server for the watch, from where it stands. */
  void open() {
    if (over) {
      return;
    }
    Line opened = new Line();
    line = Optional.of(opened);
    process.log("watches", range + " from " + next);
    if (world.strikes(MessageFault.LOSE_REQUEST)) {
      breakOff();
    } else {
      world.queue().after(world.delay(), opened::arrive);
    }
  }

  /** The stream that carries the watch breaks; it is resumed after a while. */
  void breakOff() {
    hangUp();
    process.task(world.dice().mostlyShort(SHORTEST_REOPENING, LONGEST_REOPENING), this::reopen);
  }

  private void reopen() {
    if (line.isEmpty()) {
      open();
    }
  }

  @Override
  public void close() {
    if (!over) {
      over = true;
      hangUp();
      whenOver.accept(this);
    }
  }

  /** Ends the watch with an error. */
  void fail(CoordException cause) {
    if (!over) {
      close();
      listener.onFailed(cause);
    }
  }

  /** The server forgets the watch; nobody is told. */
  void abandon() {
    over = true;
    hangUp();
  }

  private void hangUp() {
    line.ifPresent(Line::hangUp);
    line = Optional.empty();
  }

  private void created(long firstRevision) {
    if (next == 0) {
      next = firstRevision;
    }
    if (!announced) {
      announced = true;
      listener.onCreated(next - 1);
    }
  }

  private void changed(List<WatchEvent> events) {
    List<WatchEvent> news =
        events.stream().filter(event -> event.kv().modRevision() >= next).toList();
    if (!news.isEmpty()) {
      long last = news.get(news.size() - 1).kv().modRevision();
      next = last + 1;
      process.log("sees", news);
      listener.onEvents(last, news);
    }
  }

  private void compacted(long compactRevision) {
    if (next <= compactRevision) {
      close();
      listener.onCompacted(compactRevision);
    } else {
      hangUp();
      open();
    }
  }

  /**
   * One connection of the watch to the server. Messages arrive in the order in which they were
   * sent, each at a time of its own.
   */
  private final class Line implements ServerWatch.Subscriber {
    private Optional<ServerWatch> atServer = Optional.empty();
    private long lastArrival;

    void arrive() {
      if (!isCurrent()) {
        return;
      }
      if (process.isCutOff() || !server.isUp()) {
        breakOff();
        return;
      }
      long start = next <= 1 ? next : next - 1;
      atServer = Optional.of(server.watch(range, start, changes, this));
    }

    void hangUp() {
      atServer.ifPresent(server::cancel);
    }

    @Override
    public void created(long nextRevision) {
      deliver(() -> ClientWatch.this.created(nextRevision));
    }

    @Override
    public void changed(List<WatchEvent> events) {
      deliver(() -> ClientWatch.this.changed(events));
    }

    @Override
    public void compacted(long compactRevision) {
      deliver(() -> ClientWatch.this.compacted(compactRevision));
    }

    @Override
    public void refused(String reason) {
      deliver(() -> fail(new RefusedException(reason, null)));
    }

    private void deliver(Runnable message) {
      long now = world.queue().now();
      lastArrival = Math.max(lastArrival, now + world.delay());
      world
          .queue()
          .at(
              lastArrival,
              () ->
                  process.message(
                      () -> {
                        if (isCurrent()) {
                          message.run();
                        }
                      }));
    }

    private boolean isCurrent() {
      return line.isPresent() && line.get() == this;
    }
  }
}
