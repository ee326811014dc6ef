package io.coord.it.torture.simulated;

import static java.util.stream.Collectors.joining;

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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What can be tried, by the names that the command line has for it everywhere. */
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
  PQUEUE,
  WORKQUEUE,
  BARRIER,
  DBARRIER,
  LATCH,
  BANK_SNAPSHOT,
  BANK_SERIALIZABLE,
  TRANSACTIONS;

  private static final int DOUBLE_BARRIER_COUNT = 3;

  /** What the torture on real members calls all that is tried of transactions. */
  private static final String STM = "stm";

  /**
   * Those that a word on the command line stands for: one, or with {@code stm} all that try
   * transactions.
   *
   * @throws IllegalArgumentException when there is none such
   */
  public static List<Primitive> named(String word) {
    List<Primitive> named =
        Arrays.stream(values()).filter(primitive -> primitive.isNamed(word)).toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no primitive \""
              + word
              + "\" to try in the simulation; expected some of "
              + Arrays.stream(values()).map(Primitive::toString).collect(joining(", "))
              + ", "
              + STM);
    }
    return named;
  }

  private boolean isNamed(String word) {
    return toString().equals(word) || (word.equals(STM) && isOfTransactions());
  }

  private boolean isOfTransactions() {
    return switch (this) {
      case BANK_SNAPSHOT, BANK_SERIALIZABLE, TRANSACTIONS -> true;
      default -> false;
    };
  }

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
      case PQUEUE -> new QueueModel(etcd, scale, QueueModel.Kind.PRIORITY);
      case WORKQUEUE -> new WorkModel(etcd, scale);
      case BARRIER -> new BarrierModel(etcd, scale);
      case DBARRIER -> new DoubleBarrierModel(etcd, scale, DOUBLE_BARRIER_COUNT);
      case LATCH -> new LatchModel(etcd, scale);
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
      case QUEUE, PQUEUE -> Scale.of(8, 2, 2, 1);
      case WORKQUEUE -> Scale.of(6, 2, 1, 2);
      case BARRIER -> Scale.of(12, 2, 2, 1);
      case DBARRIER -> Scale.of(15, 2, 1, 1);
      case LATCH -> Scale.of(8, 2, 2, 1);
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
