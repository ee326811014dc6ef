package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class EtcdExtensionIT {

  /** The clusters that the sample classes were given, and the keys that they found there. */
  private static final List<EtcdCluster> GIVEN = new CopyOnWriteArrayList<>();

  private static final List<Long> KEYS = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    GIVEN.clear();
    KEYS.clear();
  }

  @Test
  void classes_ofTheSameShape_shareOneClusterThatIsClosedAtTheEnd() {
    EngineExecutionResults results = run(First.class, Second.class);

    results.testEvents().assertStatistics(events -> events.succeeded(3));
    assertThat(GIVEN).hasSize(3);
    assertThat(GIVEN.stream().distinct()).hasSize(1);
    assertThat(Witness.look(GIVEN.get(0).member(0))).isEqualTo(Witness.Sight.REFUSED);
  }

  @Test
  void tests_ofOneClass_findTheClusterEmptyAndWhole() {
    run(First.class, Second.class);

    assertThat(KEYS).containsExactly(0L, 0L, 0L);
  }

  @Test
  void classes_ofDifferentShapes_haveAClusterEach() {
    EngineExecutionResults results = run(First.class, OtherShape.class);

    results.testEvents().assertStatistics(events -> events.succeeded(3));
    assertThat(GIVEN.stream().distinct()).hasSize(2);
  }

  @Test
  void nested_withoutAnnotation_usesTheClusterAround() {
    EngineExecutionResults results = run(Outer.class);

    results.testEvents().assertStatistics(events -> events.succeeded(2));
    assertThat(GIVEN.stream().distinct()).hasSize(1);
  }

  @Test
  void beforeClass_cleaning_keepsWhatTheClassHasStored() {
    EngineExecutionResults results = run(KeepsItsKeys.class);

    results.testEvents().assertStatistics(events -> events.succeeded(2));
    assertThat(KEYS).containsExactly(1L, 1L);
  }

  private static EngineExecutionResults run(Class<?>... classes) {
    EngineTestKit.Builder engine = EngineTestKit.engine("junit-jupiter");
    new ArrayList<>(List.of(classes)).forEach(type -> engine.selectors(selectClass(type)));
    return engine.execute();
  }

  private static void note(EtcdCluster cluster) {
    GIVEN.add(cluster);
    KEYS.add(cluster.keyCount());
  }

  @EtcdTest
  static class First {

    @Test
    void leavesKeysAndAFault(EtcdCluster cluster) {
      note(cluster);
      cluster.etcdctl("put", "left", "behind");
      cluster.member(0).kill();
    }

    @Test
    void leavesACut(EtcdCluster cluster) {
      note(cluster);
      cluster.etcdctl("put", "left", "behind");
      cluster.member(0).cutClients(ClientCut.REFUSED);
    }
  }

  @EtcdTest
  static class Second {

    @Test
    void looksAround(EtcdCluster cluster) {
      note(cluster);
      assertThat(Witness.look(cluster.member(0))).isEqualTo(Witness.Sight.HEALTHY);
    }
  }

  @EtcdTest(flags = "--max-txn-ops=64")
  static class OtherShape {

    @Test
    void looksAround(EtcdCluster cluster) {
      note(cluster);
    }
  }

  @EtcdTest
  static class Outer {

    @Test
    void outside(EtcdCluster cluster) {
      note(cluster);
    }

    @Nested
    class Inner {

      @Test
      void inside(EtcdCluster cluster) {
        note(cluster);
      }
    }
  }

  @EtcdTest(cleaning = EtcdTest.Cleaning.BEFORE_CLASS)
  static class KeepsItsKeys {

    @BeforeAll
    static void store(EtcdCluster cluster) {
      cluster.etcdctl("put", "kept", "1");
    }

    @Test
    void looksAround(EtcdCluster cluster) {
      note(cluster);
    }

    @Test
    void looksAgain(EtcdCluster cluster) {
      note(cluster);
    }
  }
}
