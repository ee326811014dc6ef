package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.ArrayList;
import java.util.List;

/** Several lines beside each other, whose joins and departures share transactions. */
public final class ManyLinesModel implements Model {

  private static final int LINES = 8;

  private final Referee referee;
  private final List<LineModel> lines = new ArrayList<>();

  /** So many workers, each in every line. */
  public ManyLinesModel(SimulatedEtcd etcd, Scale scale, Strangers strangers) {
    this.referee = new Referee(etcd);
    List<Worker> workers = scale.workers(etcd, referee);
    for (int i = 0; i < LINES; i++) {
      Bytes prefix = Bytes.utf8("line" + i + "/");
      LineModel line = new LineModel(etcd, referee, strangers, scale.rounds(), prefix);
      workers.forEach(line::add);
      lines.add(line);
    }
  }

  @Override
  public int run() {
    lines.forEach(LineModel::begin);
    referee.until(
        () -> lines.stream().allMatch(LineModel::isOver), () -> "not all workers finished");
    referee.calm(Worker.TTL.multipliedBy(6));
    return lines.stream().mapToInt(LineModel::end).sum();
  }
}
