package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.model.BankModel;
import io.coord.it.torture.simulated.model.BarrierModel;
import io.coord.it.torture.simulated.model.DoubleBarrierModel;
import io.coord.it.torture.simulated.model.ElectionModel;
import io.coord.it.torture.simulated.model.LatchModel;
import io.coord.it.torture.simulated.model.LineModel;
import io.coord.it.torture.simulated.model.ManyLinesModel;
import io.coord.it.torture.simulated.model.Model;
import io.coord.it.torture.simulated.model.MultiLockModel;
import io.coord.it.torture.simulated.model.MutexModel;
import io.coord.it.torture.simulated.model.QueueModel;
import io.coord.it.torture.simulated.model.RWMutexModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.SemaphoreModel;
import io.coord.it.torture.simulated.model.SessionModel;
import io.coord.it.torture.simulated.model.Strangers;
import io.coord.it.torture.simulated.model.TransactionsModel;
import io.coord.it.torture.simulated.model.WorkModel;
import io.coord.stm.Isolation;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.Locale;
import java.util.Set;

/** What can be tried. */
public enum Primitive {
  SESSION,
  LINE,
  MANY_LINES,
  MUTEX,
  RWMUTEX,
  SEMAPHORE,
  MULTILOCK,
  ELECTION,
  QUEUE,
  PRIORITY_QUEUE,
  WORK_QUEUE,
  BARRIER,
  DOUBLE_BARRIER,
  COUNT_DOWN_LATCH,
  BANK_SNAPSHOT,
  BANK_SERIALIZABLE,
  TRANSACTIONS;

  private static final int DOUBLE_BARRIER_COUNT = 3;

  /** Its clients on a cluster. */
  Model on(SimulatedEtcd etcd, Scale scale, Strangers strangers) {
    return switch (this) {
      case SESSION -> new SessionModel(etcd, scale);
      case LINE -> new LineModel(etcd, scale, strangers);
      case MANY_LINES -> new ManyLinesModel(etcd, scale, strangers);
      case MUTEX -> new MutexModel(etcd, scale);
      case RWMUTEX -> new RWMutexModel(etcd, scale);
      case SEMAPHORE -> new SemaphoreModel(etcd, scale);
      case MULTILOCK -> new MultiLockModel(etcd, scale);
      case ELECTION -> new ElectionModel(etcd, scale, strangers);
      case QUEUE -> new QueueModel(etcd, scale, QueueModel.Kind.FIFO);
      case PRIORITY_QUEUE -> new QueueModel(etcd, scale, QueueModel.Kind.PRIORITY);
      case WORK_QUEUE -> new WorkModel(etcd, scale);
      case BARRIER -> new BarrierModel(etcd, scale);
      case DOUBLE_BARRIER -> new DoubleBarrierModel(etcd, scale, DOUBLE_BARRIER_COUNT);
      case COUNT_DOWN_LATCH -> new LatchModel(etcd, scale);
      case BANK_SNAPSHOT -> new BankModel(etcd, scale, Isolation.SERIALIZABLE_SNAPSHOT, strangers);
      case BANK_SERIALIZABLE -> new BankModel(etcd, scale, Isolation.SERIALIZABLE, strangers);
      case TRANSACTIONS -> new TransactionsModel(etcd, scale);
    };
  }

  /** How large a run is. */
  Scale scale() {
    return switch (this) {
      case SESSION -> Scale.of(5, 3, 2, 1);
      case LINE, MUTEX -> Scale.of(12, 3, 2, 1);
      case MANY_LINES -> Scale.of(3, 2, 1);
      case RWMUTEX, SEMAPHORE -> Scale.of(10, 4, 3, 1);
      case MULTILOCK -> Scale.of(8, 2, 1, 1);
      case ELECTION -> Scale.of(6, 2, 1, 1);
      case QUEUE, PRIORITY_QUEUE -> Scale.of(8, 2, 2, 1);
      case WORK_QUEUE -> Scale.of(6, 2, 1, 2);
      case BARRIER -> Scale.of(12, 2, 2, 1);
      case DOUBLE_BARRIER -> Scale.of(15, 2, 1, 1);
      case COUNT_DOWN_LATCH -> Scale.of(8, 2, 2, 1);
      case BANK_SNAPSHOT, BANK_SERIALIZABLE -> Scale.of(8, 2, 2, 2);
      case TRANSACTIONS -> Scale.of(8, 4, 4);
    };
  }

  /** In which weathers its rules hold. */
  Set<Weather> weathers() {
    return switch (this) {
      case LINE, MANY_LINES, ELECTION -> Weather.all();
      default -> Weather.honest();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
