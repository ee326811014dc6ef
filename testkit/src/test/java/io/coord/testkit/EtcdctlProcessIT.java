package io.coord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

@EtcdTest
class EtcdctlProcessIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final EtcdCluster cluster;

  EtcdctlProcessIT(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void lock_two_theSecondGetsItWhenTheFirstEnds() {
    try (EtcdctlProcess first = cluster.etcdctlProcess("lock", "--ttl=60", "name")) {
      String held = first.awaitLine(line -> line.startsWith("name/"), LIMIT);
      try (EtcdctlProcess second = cluster.etcdctlProcess("lock", "--ttl=60", "name")) {
        assertThatThrownBy(() -> second.awaitLine(line -> true, Duration.ofSeconds(1)))
            .isInstanceOf(EtcdClusterException.class)
            .hasMessageContaining("etcdctl lock --ttl=60 name");

        first.terminate();

        assertThat(second.awaitLine(line -> true, LIMIT)).startsWith("name/").isNotEqualTo(held);
        first.awaitExit(LIMIT);
        assertThat(first.isRunning()).isFalse();
        assertThat(second.isRunning()).isTrue();
        assertThat(second.lines()).filteredOn(line -> line.startsWith("name/")).hasSize(1);
      }
    }
  }

  @Test
  void kill_holder_itsKeyStaysUntilTheLeaseEnds() {
    EtcdctlProcess holder = cluster.etcdctlProcess("lock", "--ttl=600", "name");
    String key = holder.awaitLine(line -> line.startsWith("name/"), LIMIT);

    holder.kill();

    assertThat(holder.awaitExit(LIMIT)).isEqualTo(128 + 9);
    assertThat(cluster.etcdctl("get", "--prefix", "--keys-only", "name/")).contains(key);
    holder.close();
  }

  @Test
  void elect_candidate_becomesLeader() {
    try (EtcdctlProcess candidate = cluster.etcdctlProcess("elect", "name", "proposal")) {
      candidate.awaitLine("proposal"::equals, LIMIT);

      assertThat(cluster.etcdctl("get", "--prefix", "--print-value-only", "name/"))
          .isEqualTo("proposal\n");
    }
  }

  @Test
  void close_stillRunning_endsIt() {
    EtcdctlProcess watch = cluster.etcdctlProcess("watch", "key");
    assertThat(watch.isRunning()).isTrue();

    watch.close();
    watch.close();
  }
}
