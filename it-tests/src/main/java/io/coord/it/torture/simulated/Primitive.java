package io.coord.it.torture.simulated;

import io.coord.it.torture.simulated.model.Model;
import io.coord.it.torture.simulated.model.MultiLockModel;
import io.coord.it.torture.simulated.model.MutexModel;
import io.coord.it.torture.simulated.model.RWMutexModel;
import io.coord.it.torture.simulated.model.Scale;
import io.coord.it.torture.simulated.model.SemaphoreModel;
import io.coord.testkit.sim.SimulatedEtcd;
import java.util.Locale;
import java.util.Set;

/** What can be tried. */
public enum Primitive {
  MUTEX,
  RWMUTEX,
  SEMAPHORE,
  MULTILOCK;

  /** Its clients on a cluster. */
  Model on(SimulatedEtcd etcd, Scale scale) {
    return switch (this) {
      case MUTEX -> new MutexModel(etcd, scale);
      case RWMUTEX -> new RWMutexModel(etcd, scale);
      case SEMAPHORE -> new SemaphoreModel(etcd, scale);
      case MULTILOCK -> new MultiLockModel(etcd, scale);
    };
  }

  /** How large a run is. */
  Scale scale() {
    return switch (this) {
      case MUTEX -> Scale.of(12, 3, 2, 1);
      case RWMUTEX, SEMAPHORE -> Scale.of(12, 4, 3, 1);
      case MULTILOCK -> Scale.of(8, 2, 1, 1);
    };
  }

  /** In which weathers its rules hold. */
  Set<Weather> weathers() {
    return switch (this) {
      case MUTEX, RWMUTEX, SEMAPHORE, MULTILOCK -> Weather.honest();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
