package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The barriers by hand. */
@EtcdTest
@Timeout(120)
class BarrierCommandsIT extends ClusterScenario {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  BarrierCommandsIT(EtcdCluster cluster) {
    super(cluster);
  }

  private TypedCommand coord(String... arguments) throws Exception {
    return TypedCommand.start(endpoints, arguments);
  }

  @Test
  void barrier_heldByOne_letsTheOtherGoOnWhenReleased() throws Exception {
    try (TypedCommand one = coord("barrier", "b");
        TypedCommand two = coord("barrier", "b")) {
      one.type("hold").awaitSaid(" hold");
      two.type("hold", "wait", "release now", "jump").awaitSaid("unknown action 'jump'");
      assertThat(two.said())
          .contains("hold: barrier b is held already")
          .contains("wrong number of arguments for release")
          .doesNotContain("after wait");

      one.type("release").awaitSaid("released");

      two.awaitSaid("after wait");
      assertThat(one.end()).isZero();
      assertThat(two.type("exit").end()).isZero();
    }
  }

  @Test
  void barrier_programOfTheHolderEnds_staysHeldAndWaitIsGivenUp() throws Exception {
    try (TypedCommand one = coord("barrier", "b")) {
      one.type("hold", "quit").awaitSaid(" hold");
      assertThat(one.end()).isZero();
    }
    try (TypedCommand two = coord("barrier", "b")) {
      two.type("wait", "quit").awaitSaid("gave up wait");
      assertThat(two.end()).isZero();
    }
    try (TypedCommand show = coord("show", "b")) {
      assertThat(show.end()).isZero();
      show.awaitSaid("b: barrier, held by coord-barrier for ");
    }
    assertThat(cluster.keyCount()).isEqualTo(1);
    cluster.deleteEverything();
  }

  @Test
  void dbarrier_toldAllAtOnce_entersAndLeavesWithTheOthers() throws Exception {
    try (TypedCommand one = coord("dbarrier", "d", "-c", "2");
        TypedCommand two = coord("dbarrier", "d", "-c", "2")) {
      one.type("enter", "leave", "enter", "leave");
      await().atMost(LIMIT).until(() -> cluster.keyCount() == 1);
      assertThat(one.said()).doesNotContain(" enter\n");

      two.type("enter").awaitSaid(" enter");
      one.awaitSaid(" enter");
      try (TypedCommand show = coord("show", "d")) {
        assertThat(show.end()).isZero();
        show.awaitSaid("d: double barrier, ").awaitSaid("is in");
      }
      two.type("leave").awaitSaid(" leave");
      one.awaitSaid(" leave");
      two.type("enter", "leave").awaitSaid(" leave", 2);

      assertThat(one.end()).isZero();
      assertThat(two.end()).isZero();
      one.awaitSaid(" enter", 2).awaitSaid(" leave", 2);
    }
  }

  @Test
  void dbarrier_thirdOfTwo_isRefusedAndLeavesNoKey() throws Exception {
    try (TypedCommand one = coord("dbarrier", "d");
        TypedCommand two = coord("dbarrier", "d");
        TypedCommand three = coord("dbarrier", "d")) {
      one.type("enter");
      two.type("enter").awaitSaid(" enter");
      one.awaitSaid(" enter");

      three.type("enter", "leave").awaitSaid("enter: ").awaitSaid("leave: ");

      assertThat(three.end()).isZero();
      one.type("leave");
      two.type("leave").awaitSaid(" leave");
      assertThat(one.end()).isZero();
      assertThat(two.end()).isZero();
    }
  }

  @Test
  void dbarrier_toldToQuitWhileItEnters_leavesNoKey() throws Exception {
    try (TypedCommand one = coord("dbarrier", "d")) {
      one.type("enter");
      await().atMost(LIMIT).until(() -> cluster.keyCount() == 1);
      one.type("quit").awaitSaid("gave up enter");
      assertThat(one.end()).isZero();
    }
  }
}
