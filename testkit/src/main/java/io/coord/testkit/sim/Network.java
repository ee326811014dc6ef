package io.coord.testkit.sim;

import io.coord.core.CoordException;
import io.coord.core.RefusedException;
import java.time.Duration;

/**
 * Carries requests to the server and answers back, each with a delay of its own, so that they
 * overtake each other; and loses, delays or doubles them.
 */
final class Network {

  private static final Duration LATE_FROM = Duration.ofMillis(50);

  private final World world;
  private final Server server;

  Network(World world, Server server) {
    this.world = world;
    this.server = server;
  }

  /** What a sender may learn of one request that it sent. */
  interface Attempt<T> extends Reply<T> {
    /** The connection was refused: the request was not applied and will not be. */
    void notDelivered();
  }

  /** One of {@link Attempt}'s methods is called later, at most once; none if something is lost. */
  <T> void send(ClientProcess from, Request<T> request, Attempt<T> attempt) {
    Fate fate = from.scriptedFate(request.kind()).orElseGet(() -> randomFate(request));
    from.log("sends", request);
    if (fate instanceof Fate.RequestLost) {
      from.log("has its request lost:", request);
    } else if (fate instanceof Fate.ReplyLost) {
      transmit(from, request, new Unheard<>(), world.delay());
    } else if (fate instanceof Fate.Late late) {
      transmit(from, request, attempt, late.nanos());
    } else if (fate instanceof Fate.Twice twice && request.isRepeatable()) {
      transmit(from, request, attempt, world.delay());
      transmit(from, request, new Unheard<>(), twice.nanos());
    } else {
      transmit(from, request, attempt, world.delay());
    }
  }

  private Fate randomFate(Request<?> request) {
    if (world.strikes(MessageFault.LOSE_REQUEST)) {
      return new Fate.RequestLost();
    } else if (world.strikes(MessageFault.LOSE_REPLY)) {
      return new Fate.ReplyLost();
    } else if (world.strikes(MessageFault.DELAY_REQUEST)) {
      return new Fate.Late(late());
    } else if (request.isRepeatable() && world.strikes(MessageFault.DUPLICATE_REQUEST)) {
      return new Fate.Twice(late());
    }
    return new Fate.Arrives();
  }

  private long late() {
    return world.dice().mostlyShort(LATE_FROM, world.faults().longestDisturbance());
  }

  private <T> void transmit(
      ClientProcess from, Request<T> request, Attempt<T> attempt, long delayNanos) {
    world.queue().after(delayNanos, () -> arrive(from, request, attempt));
  }

  private <T> void arrive(ClientProcess from, Request<T> request, Attempt<T> attempt) {
    if (from.isCutOff()) {
      if (world.dice().chance(0.5)) {
        from.hold(() -> transmit(from, request, attempt, world.delay()));
      }
    } else if (!server.isUp()) {
      if (world.dice().chance(0.5)) {
        toClient(from, attempt::notDelivered);
      }
    } else {
      from.log("is served:", request);
      serve(from, request, attempt);
    }
  }

  private <T> void serve(ClientProcess from, Request<T> request, Attempt<T> attempt) {
    try {
      request.applyAt(server, new Answering<>(from, attempt));
    } catch (RefusedException refusal) {
      toClient(from, () -> attempt.refuse(refusal));
    }
  }

  /** Lets something happen in the client later, unless the connection is gone by then. */
  void toClient(ClientProcess client, Runnable arrival) {
    toClient(client, arrival, world.delay());
  }

  private void toClient(ClientProcess client, Runnable arrival, long delayNanos) {
    long starts = server.starts();
    world
        .queue()
        .after(
            delayNanos,
            () -> {
              if (!client.isCutOff() && server.starts() == starts) {
                client.message(arrival);
              }
            });
  }

  /** Sends the server's answer on its way. */
  private final class Answering<T> implements Reply<T> {
    private final ClientProcess client;
    private final Attempt<T> attempt;

    Answering(ClientProcess client, Attempt<T> attempt) {
      this.client = client;
      this.attempt = attempt;
    }

    @Override
    public void give(T value) {
      client.log("is answered:", value);
      long delay = world.strikes(MessageFault.DELAY_REPLY) ? late() : world.delay();
      toClient(client, () -> attempt.give(value), delay);
    }

    @Override
    public void refuse(CoordException cause) {
      client.log("is refused:", cause);
      toClient(client, () -> attempt.refuse(cause));
    }
  }

  /** An answer that nobody hears. */
  private static final class Unheard<T> implements Attempt<T> {
    @Override
    public void give(T value) {}

    @Override
    public void refuse(CoordException cause) {}

    @Override
    public void notDelivered() {}
  }
}
