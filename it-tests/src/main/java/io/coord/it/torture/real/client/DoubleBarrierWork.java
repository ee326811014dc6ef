package io.coord.it.torture.real.client;

import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Guard;
import io.coord.core.Session;
import io.coord.it.torture.real.history.Operation;
import io.coord.stm.Stm;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Enters and leaves a double barrier. A key of its own under the same lease lets etcd say, in the
 * last write before it leaves, that its session has lived until then.
 */
final class DoubleBarrierWork implements Workload {

  static final String NAME = "torture/dbarrier";

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Hands hands;
  private final int count;
  private final Bytes alive;

  DoubleBarrierWork(Hands hands, int count) {
    this.hands = hands;
    this.count = count;
    this.alive = Bytes.utf8("torture/alive/" + hands.name());
  }

  @Override
  public void step() throws InterruptedException {
    Session session = hands.session();
    DoubleBarrier barrier = DoubleBarrier.of(session, NAME, count);
    Optional<Long> witness = witness(session);
    if (witness.isEmpty()) {
      hands.pauseUpTo(200);
      return;
    }
    Optional<Boolean> entered =
        hands
            .recorder()
            .call("enter", Map.of(), () -> barrier.enter(PATIENCE), in -> Map.of("in", in));
    if (entered.equals(Optional.of(true))) {
      Guard guard = Guard.exists(alive, witness.get());
      stayAndLeave(barrier, guard);
    } else {
      hands.recorder().mark();
    }
    hands.pauseUpTo(100);
  }

  /** Puts the key anew; gives its create revision. */
  private Optional<Long> witness(Session session) throws InterruptedException {
    boolean gone =
        hands.recorder().write("forget", Map.of(), hands.coord().transaction().delete(alive));
    return hands
        .recorder()
        .call(
            "come",
            Map.of(),
            () ->
                Stm.run(
                        hands.coord(),
                        tx -> {
                          boolean unused = tx.get(alive).isPresent();
                          tx.put(alive, Bytes.utf8(gone ? "anew" : "again"), session);
                          return true;
                        })
                    .revision(),
            revision -> Map.of(Operation.REVISION, revision))
        .filter(revision -> gone);
  }

  private void stayAndLeave(DoubleBarrier barrier, Guard guard) throws InterruptedException {
    boolean inside = hands.recorder().mark();
    hands.pauseUpTo(50);
    boolean lives =
        hands
            .recorder()
            .write(
                "stay",
                Map.of(),
                hands.coord().transaction().require(guard).put(Recorder.MARKS + "stay", ""));
    Optional<Boolean> unused =
        hands
            .recorder()
            .call(
                "leave",
                Map.of("lives", lives, "inside", inside),
                () -> barrier.leave(PATIENCE),
                all -> Map.of("all", all));
    hands.recorder().mark();
  }
}
