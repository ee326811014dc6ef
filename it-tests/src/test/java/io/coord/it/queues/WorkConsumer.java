package io.coord.it.queues;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.GuardFailedException;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.ClaimLostException;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import java.time.Duration;

/**
 * A process of its own that claims items, writes each into a ledger in etcd while its claim stands,
 * and acknowledges it.
 */
final class WorkConsumer {

  static final String NAME = "work";
  static final String LEDGER = "ledger/";
  static final WorkQueueOptions OPTIONS = WorkQueueOptions.defaults().withMaxAttempts(20);

  private WorkConsumer() {}

  public static void main(String[] endpoints) throws InterruptedException {
    try (Coord coord = Coord.connect(endpoints);
        Session session = coord.openSession(Duration.ofSeconds(2))) {
      WorkQueue<String> queue = WorkQueue.of(session, NAME, Codec.utf8(), OPTIONS);
      while (true) {
        Claim<String> claim = queue.claim();
        System.out.println(claim.value());
        try {
          coord
              .transaction()
              .require(claim.guard())
              .put(
                  Bytes.utf8(LEDGER + claim.value() + "/" + claim.attempt()),
                  Bytes.utf8(claim.key()))
              .commit();
          claim.ack();
        } catch (GuardFailedException | ClaimLostException e) {
          System.out.println("lost " + claim.value());
        }
      }
    }
  }
}
