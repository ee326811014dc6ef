package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Session;
import io.coord.core.SessionLostException;
import io.coord.queues.Claim;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.WorkCounts;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueOptions;
import io.coord.queues.WorkQueueOptions.WhenFull;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Leases that keep items back: none is left where no item is kept back. */
class WorkDelayTest extends WorkScenario {

  private static final Duration LONG = Duration.ofDays(30);
  private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void nack_withADelayAfterTheSessionWasLost_leavesNoLease() {
    enqueue("1");
    Claim<String> claim = claim(queue);
    etcd.faults().revokeLease(sessionA.leaseId());
    etcd.runFor(TTL);
    int leases = etcd.leases().size();

    assertThatThrownBy(() -> etcd.await(claim.nackAsync("late", LONG)))
        .isInstanceOf(SessionLostException.class);
    etcd.runFor(A_MOMENT);
    assertThat(etcd.leases()).hasSize(leases);
  }

  @Test
  void nack_withADelayAsItsSessionIsClosed_leavesALeaseOnlyWithAnItem() {
    etcd.await(other.enqueueAsync("0", EnqueueOptions.defaults()));
    int leases = etcd.leases().size();
    for (int micros = 0; micros < 3_000; micros += 100) {
      Session ending = etcd.await(a.openSessionAsync(TTL));
      etcd.await(other.enqueueAsync("1", EnqueueOptions.defaults()));
      Claim<String> claim = claim(queue(ending, WorkQueueOptions.defaults()));
      CompletableFuture<Void> nack = claim.nackAsync("later", LONG);
      etcd.runFor(Duration.ofNanos(micros * 1_000L));
      etcd.await(ending.closeAsync());
      etcd.runFor(A_MOMENT);

      assertThat(nack).isDone();
      assertThat(etcd.leases()).as("%d us", micros).hasSize(leases + (int) counts().held());
    }
  }

  @Test
  void enqueue_withADelayCancelledBeforeItIsSent_leavesNoLease() {
    enqueue("0");
    WorkQueue<String> refusing = queue(sessionA, TWICE.withMaxLength(10, WhenFull.REFUSE));
    int leases = etcd.leases().size();
    CompletableFuture<Long> put =
        refusing.enqueueAsync("1", EnqueueOptions.defaults().withDelay(LONG));
    put.cancel(true);
    etcd.runFor(A_MOMENT);

    assertThat(counts()).isEqualTo(new WorkCounts(1, 0, 0));
    assertThat(etcd.leases()).hasSize(leases);
  }

  @Test
  void delay_forEver_isOne() {
    etcd.await(queue.enqueueAsync("1", EnqueueOptions.defaults().withDelay(FOR_EVER)));
    enqueue("2");
    etcd.await(claim(queue).nackAsync("never", FOR_EVER));
    etcd.runFor(TTL);

    assertThat(counts()).isEqualTo(new WorkCounts(0, 2, 0));
  }

  @Test
  void delay_zeroWithoutTheShortcut_isNone() {
    EnqueueOptions atOnce = new EnqueueOptions(0, Optional.of(Duration.ZERO), Optional.empty());
    etcd.await(queue.enqueueAsync("1", atOnce));

    assertThat(counts()).isEqualTo(new WorkCounts(1, 0, 0));
    assertThat(atOnce).isEqualTo(EnqueueOptions.defaults());
  }
}
