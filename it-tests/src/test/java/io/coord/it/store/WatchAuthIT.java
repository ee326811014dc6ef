package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.AuthenticationException;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.PermissionDeniedException;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Store;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches on a cluster that asks who one is, and forgets it after two seconds without a call. */
@EtcdTest(flags = "--auth-token-ttl=2")
class WatchAuthIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration TOKEN_FORGOTTEN = Duration.ofSeconds(4);

  @BeforeEach
  void letReaderReadUnderMine(EtcdCluster cluster) {
    cluster.enableAuth("secret");
    cluster.etcdctl("user", "add", "reader:known");
    cluster.etcdctl("role", "add", "reader");
    cluster.etcdctl("role", "grant-permission", "reader", "--prefix=true", "read", "mine/");
    cluster.etcdctl("user", "grant-role", "reader", "reader");
  }

  @Test
  void watch_tokenForgotten_goesOnAndNewOnesStand(EtcdCluster cluster) throws InterruptedException {
    try (Coord coord = connect(cluster)) {
      WatchJournal old = watch(coord, "mine/old");
      await().atMost(LIMIT).until(() -> old.created().isPresent());
      await().pollDelay(TOKEN_FORGOTTEN).atMost(LIMIT).until(() -> true);

      WatchJournal young = watch(coord, "mine/young");
      await().atMost(LIMIT).until(() -> young.created().isPresent());
      cluster.etcdctl("put", "mine/old", "x");
      cluster.etcdctl("put", "mine/young", "x");

      await().atMost(LIMIT).until(() -> old.events().size() == 1);
      await().atMost(LIMIT).until(() -> young.events().size() == 1);
      assertThat(old.breaches()).isEmpty();
      assertThat(young.breaches()).isEmpty();
    }
  }

  @Test
  void watch_notPermitted_failsAlone(EtcdCluster cluster) throws InterruptedException {
    try (Coord coord = connect(cluster)) {
      WatchJournal before = watch(coord, "mine/before");
      WatchJournal denied = watch(coord, "theirs");
      WatchJournal after = watch(coord, "mine/after");

      await().atMost(LIMIT).until(() -> denied.failure().isPresent());
      await().atMost(LIMIT).until(() -> after.created().isPresent());
      cluster.etcdctl("put", "mine/before", "x");
      cluster.etcdctl("put", "mine/after", "x");

      assertThat(denied.failure().orElseThrow())
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("theirs");
      await().atMost(LIMIT).until(() -> before.events().size() == 1);
      await().atMost(LIMIT).until(() -> after.events().size() == 1);
    }
  }

  @Test
  void watch_withoutAUser_failsAndIsNotTriedForever(EtcdCluster cluster)
      throws InterruptedException {
    cluster.heal();
    try (Coord coord = Coord.builder().endpoints(cluster.connectionString()).connect()) {
      cluster.enableAuth("secret");

      WatchJournal nobody = watch(coord, "mine/any");

      await().atMost(LIMIT).until(() -> nobody.failure().isPresent());
      assertThat(nobody.failure().orElseThrow()).isInstanceOf(AuthenticationException.class);
    }
  }

  private static Coord connect(EtcdCluster cluster) throws InterruptedException {
    return Coord.builder()
        .endpoints(cluster.connectionString())
        .credentials("reader", "known")
        .connect();
  }

  private static WatchJournal watch(Coord coord, String key) {
    Store store = CoordRuntime.of(coord).store();
    WatchJournal journal = new WatchJournal();
    store.watch(KeyRange.single(Bytes.utf8(key)), 0, journal);
    return journal;
  }
}
