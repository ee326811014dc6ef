package io.coord.it.strangers;

import static org.awaitility.Awaitility.await;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.testkit.EtcdCluster;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests beside strangers share: our own connection and session, and bounded waits. */
abstract class BesideStrangers {

  static final String NAME = "shared";
  static final Duration BOUND = Duration.ofMinutes(1);

  private static final Duration OUR_TTL = Duration.ofSeconds(30);

  final EtcdCluster cluster;
  Coord coord;
  Session session;

  BesideStrangers(EtcdCluster cluster) {
    this.cluster = cluster;
  }

  @BeforeEach
  void connect() throws InterruptedException {
    coord = Coord.connect(cluster.connectionString());
    session = newSession();
  }

  @AfterEach
  void close() {
    coord.close();
    cluster.deleteEverything();
  }

  Session newSession() throws InterruptedException {
    return coord.openSession(OUR_TTL);
  }

  Stranger stranger(String kind) throws InterruptedException {
    return Stranger.of(cluster, kind, NAME);
  }

  void awaitKeys(int count) {
    await().atMost(BOUND).until(() -> cluster.keyCount() == count);
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }
}
