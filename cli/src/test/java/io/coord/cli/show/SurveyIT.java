package io.coord.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.cli.show.Survey.Kind;
import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.CoordConfig;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.grpc.GrpcStore;
import io.coord.core.internal.store.ForwardingStore;
import io.coord.core.internal.store.RangeRequest;
import io.coord.core.internal.store.RangeResult;
import io.coord.core.internal.store.Store;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a name stands for is found out without reading all that lies below it. */
@EtcdTest
class SurveyIT {

  private final AtomicInteger ranges = new AtomicInteger();
  private final Coord coord;

  SurveyIT(EtcdCluster cluster) throws Exception {
    CoordConfig config = Coord.builder().endpoints(cluster.connectionString().split(",")).build();
    Store store = GrpcStore.connect(config).get(20, TimeUnit.SECONDS);
    coord = CoordRuntime.over(config, new CountingStore(store), Runnable::run);
  }

  private final class CountingStore extends ForwardingStore {
    CountingStore(Store store) {
      super(store);
    }

    @Override
    public CompletableFuture<RangeResult> range(RangeRequest request) {
      ranges.incrementAndGet();
      return super.range(request);
    }
  }

  @AfterEach
  void close() {
    coord.close();
  }

  @Test
  void survey_longQueueAmongOthers_isSkippedAndTheOthersAreFound() throws InterruptedException {
    Queue<Bytes> queue = Queue.of(coord, "n", Codec.bytes());
    List<Bytes> many = Collections.nCopies(100, Bytes.EMPTY);
    for (int i = 0; i < 400; i++) {
      long unused = queue.enqueueAll(many);
    }
    long first = PriorityQueue.of(coord, "n").enqueue("v", 0);
    long last = PriorityQueue.of(coord, "n").enqueue("v", 65_535);
    assertThat(last).isGreaterThan(first);
    ranges.set(0);

    assertThat(Survey.of(coord, "n")).containsExactlyInAnyOrder(Kind.QUEUE, Kind.PRIORITY_QUEUE);

    assertThat(ranges).hasValueLessThan(6);
  }
}
