package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.CompactedException;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.internal.WorkReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * More dead letters, and claims, than may come in one answer: each may have 1.5 MiB, and an answer
 * is built in memory as one piece.
 */
class ManyDeadLettersTest extends WorkScenario {

  private static final int MANY = 150;
  private static final int MOST = 64;
  private static final String LAST = "00000/0000000000000149";

  private final List<Integer> pages = new ArrayList<>();
  private final WorkQueue<String> once =
      queue(sessionA, WorkQueueOptions.defaults().withMaxAttempts(1));

  /** Notes how much comes in each answer; after it, something else has time to happen. */
  private final class Noting extends ForwardingStore {

    private final Runnable afterEach;

    private Noting(Runnable afterEach) {
      super(etcd.client("reader" + pages.size()));
      this.afterEach = afterEach;
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      CompletableFuture<RangeResult> answered = new CompletableFuture<>();
      super.range(request)
          .whenComplete(
              (answer, failure) -> {
                pages.add(failure == null ? answer.kvs().size() : 0);
                afterEach.run();
                Runnable tell =
                    failure == null
                        ? () -> answered.complete(answer)
                        : () -> answered.completeExceptionally(failure);
                scheduler().schedule(A_MOMENT, tell);
              });
      return answered;
    }
  }

  private WorkReader reader(Runnable afterFirst) {
    return interrupted(
        () -> {
          if (pages.size() == 1) {
            afterFirst.run();
          }
        });
  }

  private WorkReader interrupted(Runnable afterEach) {
    return new WorkReader(new Noting(afterEach), "work");
  }

  private void claimAll() {
    for (int i = 0; i < MANY; i++) {
      enqueue("v" + i);
      claim(once);
    }
  }

  private void killAll() {
    for (int i = 0; i < MANY; i++) {
      enqueue("v" + i);
      etcd.await(claim(once).nackAsync("no"));
    }
  }

  @Test
  void deadLetters_ofMany_comeInSeveralAnswers() {
    killAll();

    List<WorkReader.Dead> dead = etcd.await(reader(() -> {}).dead());

    assertThat(dead).extracting(letter -> letter.record().payload().utf8()).hasSize(MANY);
    assertThat(dead.get(MANY - 1).record().payload().utf8()).isEqualTo("v" + (MANY - 1));
    assertThat(pages).hasSize(3).allMatch(size -> size <= MOST);
  }

  @Test
  void deadLetters_oneDroppedMeanwhile_areThoseOfOneMoment() {
    killAll();

    List<WorkReader.Dead> dead = etcd.await(reader(() -> once.dropAsync(LAST)).dead());

    assertThat(dead).hasSize(MANY);
    assertThat(counts().dead()).isEqualTo(MANY - 1);
  }

  @Test
  void deadLetters_compactedMeanwhile_areReadAnew() {
    killAll();

    List<WorkReader.Dead> dead =
        etcd.await(
            reader(() -> once.dropAsync(LAST).thenRun(() -> etcd.faults().compact())).dead());

    assertThat(dead).hasSize(MANY - 1);
    assertThat(pages).containsExactly(64, 0, 64, 64, 21);
  }

  @Test
  @Timeout(30)
  void deadLetters_compactedWithEachReading_failInTheEnd() {
    killAll();

    WorkReader reader =
        interrupted(
            () ->
                queue
                    .enqueueAsync("later", EnqueueOptions.defaults())
                    .thenRun(() -> etcd.faults().compact()));

    assertThatThrownBy(() -> etcd.await(reader.dead())).isInstanceOf(CompactedException.class);
    assertThat(pages).hasSize(16);
  }

  @Test
  void claims_ofMany_comeInSeveralAnswers() {
    claimAll();

    List<WorkReader.Claimed> claims = etcd.await(reader(() -> {}).claims());

    assertThat(claims).hasSize(MANY).allMatch(claim -> claim.since().isPresent());
    assertThat(pages).hasSize(3).allMatch(size -> size <= MOST);
  }
}
