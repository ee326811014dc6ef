package io.coord.it.torture.real;

import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.it.torture.real.client.LatchWork;
import io.coord.it.torture.real.client.Primitive;
import io.coord.it.torture.real.client.QueueWork;
import io.coord.it.torture.real.client.Recorder;
import io.coord.it.torture.real.client.Sessions;
import io.coord.it.torture.real.client.StmWork;
import io.coord.it.torture.real.client.WorkQueueWork;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.HistoryReader;
import io.coord.it.torture.real.history.HistoryWriter;
import io.coord.testkit.EtcdCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What comes after the clients: takes out what is left, and looks for what should not be there. */
final class Ending {

  /** The name of this process in histories. */
  static final String NAME = "end";

  private final RealTortureOptions options;
  private final EtcdCluster cluster;
  private final List<HistoryWriter> histories = new ArrayList<>();

  Ending(RealTortureOptions options, EtcdCluster cluster) {
    this.options = options;
    this.cluster = cluster;
  }

  void run(List<String> notEnded, List<Map<String, String>> hung, int killed)
      throws InterruptedException {
    try (Coord coord = Coord.builder().endpoints(cluster.connectionString()).name(NAME).connect()) {
      for (Primitive primitive : options.primitives()) {
        finish(primitive, coord, recorder(coord, primitive.word()));
      }
      Recorder recorder = recorder(coord, NAME);
      notEnded.forEach(client -> recorder.note("not ended", Map.of("client", client)));
      hung.forEach(worker -> recorder.note("hung", worker));
    }
    try (Coord coord = Coord.builder().endpoints(cluster.connectionString()).name(NAME).connect()) {
      new Leftovers(cluster, killed, recorder(coord, NAME)).look();
    } finally {
      histories.forEach(HistoryWriter::close);
    }
  }

  private Recorder recorder(Coord coord, String primitive) {
    int number = histories.size();
    Actor actor = new Actor(NAME, primitive + "-" + number);
    HistoryWriter history = HistoryWriter.open(options.histories(), actor);
    histories.add(history);
    return new Recorder(coord, history, actor.toString());
  }

  private void finish(Primitive primitive, Coord coord, Recorder recorder)
      throws InterruptedException {
    switch (primitive) {
      case QUEUE -> QueueWork.drain(coord, recorder);
      case PQUEUE -> QueueWork.drainByPriority(coord, recorder);
      case WORKQUEUE -> {
        try (Session session = coord.openSession(Sessions.TTL)) {
          // Claims of those that were killed return when their leases have run out.
          WorkQueueWork.drain(session, recorder, Sessions.TTL.plus(Duration.ofSeconds(5)));
        }
      }
      case LATCH -> LatchWork.settle(coord, recorder, latches());
      case STM -> StmWork.snapshot(coord, recorder);
      case MUTEX, RWMUTEX, SEMAPHORE, ELECTION, BARRIER, DBARRIER -> {}
    }
  }

  private SortedSet<String> latches() {
    SortedSet<String> names = new TreeSet<>();
    new HistoryReader(options.histories())
        .of(Primitive.LATCH.word())
        .forEach(operation -> names.add(operation.with().path(LatchWork.LATCH).asText()));
    names.remove("");
    return names;
  }
}
