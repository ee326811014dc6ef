package io.coord.it.torture.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Coord;
import io.coord.core.Guard;
import io.coord.core.Session;
import io.coord.core.WriteTransaction;
import io.coord.it.torture.real.client.Recorder;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.HistoryWriter;
import io.coord.locks.LockHold;
import io.coord.locks.Mutex;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A holder whose lease is gone, on a real etcd: with its guard, and one that forgets the guard. */
@EtcdTest
final class LostHoldIT {

  @TempDir private Path folder;

  @Test
  void holder_thatIgnoresItsLoss_isFoundByTheChecker(EtcdCluster cluster)
      throws InterruptedException {
    holdOneAfterTheOther(cluster, (coord, guard) -> coord.transaction());

    assertThat(new Story(folder).violations())
        .singleElement()
        .asString()
        .contains("after a later one");
  }

  @Test
  void holder_thatRequiresItsGuard_doesNoHarm(EtcdCluster cluster) throws InterruptedException {
    holdOneAfterTheOther(cluster, (coord, guard) -> coord.transaction().require(guard));

    assertThat(new Story(folder).violations()).isEmpty();
  }

  /** How a holder begins its writes. */
  private interface Care {
    WriteTransaction begin(Coord coord, Guard guard);
  }

  /** Locks, loses the lease, lets another one lock, and writes once more. */
  private void holdOneAfterTheOther(EtcdCluster cluster, Care care) throws InterruptedException {
    try (Coord coord = Coord.connect(cluster.connectionString());
        Session first = coord.openSession();
        Session second = coord.openSession()) {
      Recorder loser = recorder(coord, "c0.0");
      Recorder winner = recorder(coord, "c1.0");
      LockHold lost = Mutex.of(first, "lost").lock();
      write(coord, loser, lost, care);
      cluster.etcdctl("lease", "revoke", String.format(Locale.ROOT, "%x", first.leaseId()));
      try (LockHold held = Mutex.of(second, "lost").lock()) {
        write(coord, winner, held, care);
        write(coord, loser, lost, care);
      }
    }
  }

  private Recorder recorder(Coord coord, String client) {
    return new Recorder(coord, HistoryWriter.open(folder, new Actor(client, "mutex-0")), client);
  }

  private static void write(Coord coord, Recorder recorder, LockHold hold, Care care)
      throws InterruptedException {
    recorder.write(
        "write",
        Map.of("token", hold.fencingToken().value()),
        care.begin(coord, hold.guard()).put("register", "written"));
  }
}
