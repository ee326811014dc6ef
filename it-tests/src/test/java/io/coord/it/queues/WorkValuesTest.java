package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.RefusedException;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Large values in a work queue, which carries them along with each claim. */
class WorkValuesTest extends WorkScenario {

  private static final int LIMIT = 1_572_864;

  @Test
  void claim_largeItemsTogether_givesEachToSomebody() {
    for (int i = 0; i < 5; i++) {
      enqueue(i + "x".repeat(700_000));
    }
    List<CompletableFuture<Claim<String>>> claims = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      claims.add(other.claimAsync());
    }

    for (int i = 0; i < 5; i++) {
      assertThat(etcd.await(claims.get(i)).value()).startsWith(i + "x");
    }
  }

  @Test
  void enqueue_aboutAsLargeAsEtcdAllows_isRefusedOrCanGoTheWholeWay() {
    int refused = 0;
    for (int less = 0; less < 40_000; less += 1_000) {
      CompletableFuture<?> put =
          queue.enqueueAsync("v".repeat(LIMIT - less), EnqueueOptions.defaults());
      etcd.await(() -> put.isDone());
      if (put.isCompletedExceptionally()) {
        assertThatThrownBy(() -> etcd.await(put))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("too large");
        refused++;
      } else {
        goesTheWholeWay();
      }
    }
    assertThat(refused).isBetween(5, 30);
  }

  /** Twice refused with a reason as long as any, dead, and tried again. */
  private void goesTheWholeWay() {
    String reason = "€".repeat(1_000);
    etcd.await(claim(queue).nackAsync(reason));
    etcd.await(claim(other).nackAsync(reason));
    etcd.await(queue.retryAsync(etcd.await(queue.deadLettersAsync()).get(0).id()));
    etcd.await(claim(other).ackAsync());

    assertThat(counts().waiting() + counts().held() + counts().dead()).isZero();
  }
}
