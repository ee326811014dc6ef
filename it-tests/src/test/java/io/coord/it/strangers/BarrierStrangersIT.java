package io.coord.it.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.barriers.Barrier;
import io.coord.barriers.BarrierHeldException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Session;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Our barriers and the recipes of etcd's Go client on one name. */
@EtcdTest
class BarrierStrangersIT extends BesideStrangers {

  BarrierStrangersIT(EtcdCluster cluster) {
    super(cluster);
  }

  @Test
  void barrier_goHolds_letsUsGoOnWhenItReleases() throws Exception {
    Barrier ours = Barrier.of(coord, NAME);
    try (Stranger go = stranger("barrier")) {
      go.ask("hold");
      CompletableFuture<Void> waiting = ours.awaitAsync();

      assertThatThrownBy(ours::hold).isInstanceOf(BarrierHeldException.class);
      assertThat(waiting).isNotDone();
      go.ask("release");
      get(waiting);
    }
  }

  @Test
  void barrier_goHolds_letsGoAndUsGoOnWhenWeRelease() throws Exception {
    Barrier ours = Barrier.of(coord, NAME);
    try (Stranger holder = stranger("barrier");
        Stranger waiter = stranger("barrier")) {
      holder.ask("hold");
      waiter.tell("wait");
      CompletableFuture<Void> besideIt = ours.awaitAsync();

      assertThat(besideIt).isNotDone();
      assertThat(waiter.isWaiting()).isTrue();
      ours.release();
      get(besideIt);
      waiter.answer();
    }
  }

  @Test
  void barrier_goHolderKilled_staysHeldUntilWeRelease() throws Exception {
    Barrier ours = Barrier.of(coord, NAME);
    try (Stranger holder = stranger("barrier")) {
      holder.ask("hold");
      holder.kill();
      holder.close();
      CompletableFuture<Void> waiting = ours.awaitAsync();

      assertThatThrownBy(ours::hold).isInstanceOf(BarrierHeldException.class);
      assertThat(waiting).isNotDone();
      ours.release();
      get(waiting);
    }
  }

  @Test
  void doubleBarrier_oneOfEach_enterAndLeaveTogether() throws Exception {
    DoubleBarrier ours = DoubleBarrier.of(session, NAME, 2);
    try (Stranger go = Stranger.of(cluster, "dbarrier", NAME, "2")) {
      CompletableFuture<Void> entering = ours.enterAsync();
      awaitKeys(1);
      assertThat(entering).isNotDone();
      go.ask("enter");
      get(entering);

      go.tell("leave");
      assertThat(go.isWaiting()).isTrue();
      get(ours.leaveAsync());
      go.answer();
    }
  }

  @Test
  void doubleBarrier_goMemberKilledInside_holdsUsUpNoLongerThanItsLease() throws Exception {
    DoubleBarrier ours = DoubleBarrier.of(session, NAME, 2);
    try (Stranger go = Stranger.of(cluster, "dbarrier", NAME, "2")) {
      go.tell("enter");
      awaitKeys(1);
      get(ours.enterAsync());
      go.answer();
      go.kill();

      get(ours.leaveAsync());
    }
  }

  @Test
  void doubleBarrier_ourMembersSessionEndsInside_letsGoLeave() throws Exception {
    Session other = newSession();
    DoubleBarrier ours = DoubleBarrier.of(other, NAME, 2);
    try (Stranger go = Stranger.of(cluster, "dbarrier", NAME, "2")) {
      go.tell("enter");
      awaitKeys(1);
      get(ours.enterAsync());
      go.answer();
      go.tell("leave");
      assertThat(go.isWaiting()).isTrue();
      other.close();
      go.answer();
    }
  }

  @Test
  void doubleBarrier_goFirst_isLetInByUs() throws Exception {
    DoubleBarrier ours = DoubleBarrier.of(session, NAME, 2);
    try (Stranger go = Stranger.of(cluster, "dbarrier", NAME, "2")) {
      go.tell("enter");
      awaitKeys(1);
      get(ours.enterAsync());
      go.answer();
    }
  }
}
