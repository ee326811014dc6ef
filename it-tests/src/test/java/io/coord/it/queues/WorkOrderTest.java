package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.queues.Claim;
import io.coord.queues.WorkQueue;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What returns goes back to its place, before items that a consumer knows already: also when its
 * watch has not told it of the return.
 */
class WorkOrderTest extends WorkScenario {

  /** The first item is claimed by one, the second by the other, which then knows the third. */
  private Claim<String> firstOfThree(WorkQueue<String> by) {
    enqueue("0");
    enqueue("1");
    enqueue("2");
    Claim<String> first = claim(by);
    assertThat(first.value()).isEqualTo("0");
    assertThat(claim(other).value()).isEqualTo("1");
    return first;
  }

  @Test
  void claim_anEarlierItemWasGivenBack_givesItFirst() {
    Claim<String> first = firstOfThree(queue);
    etcd.faults().breakWatches("b");
    etcd.await(first.nackAsync("not now"));

    assertThat(claim(other).value()).isEqualTo("0");
  }

  @Test
  void claim_anEarlierItemWasRetried_givesItFirst() {
    enqueue("0");
    for (int i = 0; i < 2; i++) {
      etcd.await(claim(queue).nackAsync("no"));
    }
    String dead = etcd.await(queue.deadLettersAsync()).get(0).id();
    enqueue("1");
    enqueue("2");
    assertThat(claim(other).value()).isEqualTo("1");
    etcd.faults().breakWatches("b");
    assertThat(etcd.await(queue.retryAsync(dead))).isTrue();

    assertThat(claim(other).value()).isEqualTo("0");
  }

  @Test
  void claim_anEarlierItemsHolderIsGone_givesItFirst() {
    Coord third = etcd.coord("third");
    Session holder = etcd.await(third.openSessionAsync(Duration.ofSeconds(60)));
    Claim<String> unused = firstOfThree(queue(holder, TWICE));
    etcd.faults().breakWatches("b");
    etcd.await(holder.closeAsync());
    etcd.await(() -> counts().waiting() == 2);

    assertThat(claim(other).value()).isEqualTo("0");
  }
}
