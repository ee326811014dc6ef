package io.coord.core.internal.grpc;

import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Members that are known by their host's name, which must be looked up for each connection. */
class HostLookUpTest {

  @Test
  void reconnect_whileEveryThreadForCallbacksWaits_succeeds() throws InterruptedException {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    ExecutorService callbacks = Executors.newSingleThreadExecutor();
    FakeMember member = FakeMember.start(1);
    try (Coord coord =
        Coord.builder()
            .endpoints("http://localhost:" + member.port())
            .callbackExecutor(callbacks)
            .connect()) {
      callbacks.execute(answered::join);
      member.kill();
      member.restart();

      ConnectedStore.await(CoordRuntime.of(coord).store().range(ConnectedStore.READ));
    } finally {
      answered.complete(null);
      callbacks.shutdown();
      member.close();
    }
  }
}
