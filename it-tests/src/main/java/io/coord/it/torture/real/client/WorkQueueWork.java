package io.coord.it.torture.real.client;

import io.coord.core.Codec;
import io.coord.core.Session;
import io.coord.it.torture.real.history.Operation;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Gives out work, and does it: most is acknowledged, some given back, some forgotten. */
public final class WorkQueueWork {

  /** The name under which a history says which item it is about. */
  public static final String ITEM = "item";

  /** The name under which a history says which claim of an item it is, counted from 1. */
  public static final String ATTEMPT = "attempt";

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** So many that no item dies of the faults: each is to be acknowledged in the end. */
  private static final WorkQueueOptions OPTIONS =
      WorkQueueOptions.defaults().withMaxAttempts(1_000);

  private WorkQueueWork() {}

  /** The queue, under a session. */
  private static WorkQueue<String> queue(Session session) {
    return WorkQueue.of(session, "torture/work", Codec.utf8(), OPTIONS);
  }

  static Workload producer(Hands hands) {
    return () -> {
      WorkQueue<String> queue = queue(hands.session());
      String item = hands.name() + "#" + hands.recorder().operations();
      EnqueueOptions how =
          EnqueueOptions.defaults().withPriority(hands.random().nextInt(3)).withId(item);
      EnqueueOptions delayed = hands.chance(10) ? how.withDelay(Duration.ofSeconds(1)) : how;
      Optional<String> unused =
          hands
              .recorder()
              .call(
                  "enqueue",
                  Map.of(ITEM, item),
                  () -> {
                    queue.enqueue(item, delayed);
                    return item;
                  },
                  done -> Map.of());
      hands.pauseUpTo(80);
    };
  }

  static Workload consumer(Hands hands) {
    return new Workload() {

      private Optional<Session> session = Optional.empty();
      private Optional<WorkQueue<String>> queue = Optional.empty();

      @Override
      public void step() throws InterruptedException {
        Session now = hands.session();
        if (queue.isEmpty() || !session.equals(Optional.of(now))) {
          session = Optional.of(now);
          queue = Optional.of(queue(now));
        }
        Optional<Claim<String>> claim = claim(hands.recorder(), queue.get(), PATIENCE);
        if (claim.isPresent() && effect(hands, claim.get())) {
          finish(hands, claim.get());
        }
      }
    };
  }

  private static Optional<Claim<String>> claim(
      Recorder recorder, WorkQueue<String> queue, Duration patience) throws InterruptedException {
    return recorder
        .call("claim", Map.of(), () -> queue.claim(patience), WorkQueueWork::told)
        .flatMap(got -> got);
  }

  private static Map<String, ?> told(Optional<Claim<String>> got) {
    return got.<Map<String, ?>>map(
            claim ->
                Map.of(
                    ITEM,
                    claim.value(),
                    ATTEMPT,
                    claim.attempt(),
                    Operation.TOKEN,
                    claim.fencingToken().value()))
        .orElse(Map.of());
  }

  /** The work itself: a write that etcd makes only while the claim stands. */
  private static boolean effect(Hands hands, Claim<String> claim) throws InterruptedException {
    return hands
        .recorder()
        .write(
            "write",
            Map.of(ITEM, claim.value(), Operation.TOKEN, claim.fencingToken().value()),
            hands
                .coord()
                .transaction()
                .require(claim.guard())
                .put("torture/register/work", claim.value()));
  }

  private static void finish(Hands hands, Claim<String> claim) throws InterruptedException {
    int chance = hands.random().nextInt(100);
    if (chance < 88) {
      ack(hands.recorder(), claim);
    } else if (chance < 95) {
      settle(hands.recorder(), "nack", claim, () -> claim.nack("not now"));
    } else if (chance < 98) {
      settle(hands.recorder(), "nack", claim, () -> claim.nack("later", Duration.ofSeconds(1)));
    } else {
      hands.recorder().note("forgotten", Map.of(ITEM, claim.value()));
    }
  }

  private static void ack(Recorder recorder, Claim<String> claim) throws InterruptedException {
    settle(recorder, "ack", claim, claim::ack);
  }

  /** What ends a claim. */
  private interface Settling {
    void run() throws InterruptedException;
  }

  private static void settle(
      Recorder recorder, String action, Claim<String> claim, Settling settling)
      throws InterruptedException {
    Optional<String> unused =
        recorder.call(
            action,
            Map.of(ITEM, claim.value(), Operation.TOKEN, claim.fencingToken().value()),
            () -> {
              settling.run();
              return action;
            },
            done -> Map.of());
    recorder.mark();
  }

  /** Claims and acknowledges all that is left, until nothing has come for a while. */
  public static void drain(Session session, Recorder recorder, Duration quiet)
      throws InterruptedException {
    WorkQueue<String> queue = queue(session);
    Optional<Claim<String>> claim = claim(recorder, queue, quiet);
    while (claim.isPresent()) {
      ack(recorder, claim.get());
      claim = claim(recorder, queue, quiet);
    }
    recorder.note("left", Map.of("dead", queue.deadLetters().size()));
  }
}
