package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A candidacy that is taken up and given up again: its key does not stay. */
class ResumeTest {

  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(200);

  private final SimulatedEtcd etcd = SimulatedEtcd.of(1);
  private final Coord a = etcd.coord("a");
  private final Queue<Runnable> callbacks = new ArrayDeque<>();
  private final Coord b = CoordRuntime.over(a.config(), etcd.client("b"), callbacks::add);
  private final Session session = etcd.await(a.openSessionAsync(TTL));
  private final Leadership<String> first =
      etcd.await(Election.of(session, "scheduler").campaignAsync("one"));

  /** Of the heir, who has the lease and nothing else yet. */
  private Election<String> inherited() {
    CompletableFuture<Session> taken = b.takeOverSessionAsync(session.leaseId());
    etcd.runFor(A_MOMENT);
    callBack();
    return Election.of(etcd.await(taken), "scheduler");
  }

  private void callBack() {
    while (!callbacks.isEmpty()) {
      callbacks.remove().run();
    }
  }

  private int keys() {
    return etcd.keys(KeyRange.prefix(Bytes.utf8("scheduler/"))).size();
  }

  @Test
  void resumeAsync_cancelled_leavesNoKey() {
    Election<String> election = inherited();
    CompletableFuture<Leadership<String>> resumed =
        election.resumeAsync(first.key(), first.fencingToken().value());
    resumed.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isZero();
  }

  @Test
  void resumeAsync_cancelledBeforeTheExecutorComesToIt_leavesNoKey() {
    Election<String> election = inherited();
    CompletableFuture<Leadership<String>> resumed =
        election.resumeAsync(first.key(), first.fencingToken().value());
    etcd.await(() -> !callbacks.isEmpty());
    resumed.cancel(true);
    callBack();
    etcd.runFor(A_MOMENT);

    assertThat(keys()).isZero();
  }

  @Test
  void resumeAsync_keyBelowAFurtherSlash_isRefused() {
    Election<String> election = inherited();

    assertThatThrownBy(() -> election.resumeAsync("scheduler/x/y", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of election scheduler");
  }
}
