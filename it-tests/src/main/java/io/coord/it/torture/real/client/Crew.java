package io.coord.it.torture.real.client;

import java.util.List;
import java.util.function.Function;

/** Which workers use a primitive, in each client. */
final class Crew {

  private Crew() {}

  /** Makes the workload of each worker from its hands. */
  static List<Function<Hands, Workload>> of(Primitive primitive, Function<Hands, Recorder> aside) {
    return switch (primitive) {
      case MUTEX -> List.of(MutexWork::new, MutexWork::new);
      case RWMUTEX -> List.of(RwMutexWork::new, RwMutexWork::new);
      case SEMAPHORE -> List.of(SemaphoreWork::new, SemaphoreWork::new);
      case ELECTION -> List.of(hands -> new ElectionWork(hands, aside.apply(hands)));
      case QUEUE -> List.of(QueueWork::producer, QueueWork::consumer);
      case PQUEUE -> List.of(QueueWork::priorityProducer, QueueWork::priorityConsumer);
      case WORKQUEUE -> List.of(WorkQueueWork::producer, WorkQueueWork::consumer);
      case BARRIER -> List.of(BarrierWork::new);
      case DBARRIER ->
          List.of(hands -> new DoubleBarrierWork(hands, Math.max(1, hands.clients() - 1)));
      case LATCH -> List.of(LatchWork::counter, LatchWork::waiter);
      case STM -> List.of(StmWork::transfers, StmWork::transfers, StmWork::snapshots);
    };
  }
}
