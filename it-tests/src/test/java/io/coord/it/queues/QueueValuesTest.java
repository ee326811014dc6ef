package io.coord.it.queues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.internal.CoordRuntime;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.UndecodableItemException;
import io.coord.queues.WorkQueue;
import io.coord.queues.WorkQueueView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What may be in a queue, under which names, and what is refused. */
class QueueValuesTest extends QueueScenario {

  @Test
  void values_emptyLargeAndArbitrary_comeOutAsTheyWentIn() {
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    byte[] every = new byte[256];
    for (int i = 0; i < 256; i++) {
      every[i] = (byte) i;
    }
    Queue<Bytes> in = Queue.of(a, "raw", Codec.bytes());
    Queue<Bytes> out = Queue.of(b, "raw", Codec.bytes());
    List<Bytes> values =
        List.of(Bytes.EMPTY, Bytes.wrap(large), Bytes.wrap(every), Bytes.wrap(large));
    for (Bytes value : values) {
      etcd.await(in.enqueueAsync(value));
    }
    for (Bytes value : values) {
      assertThat(etcd.await(out.dequeueAsync())).isEqualTo(value);
    }
  }

  @Test
  void enqueue_tooLarge_isRefusedClearlyAndTheQueueIsUnharmed() {
    Queue<Bytes> raw = Queue.of(a, "jobs", Codec.bytes());
    CompletableFuture<Long> before = queue.enqueueAsync("1");
    CompletableFuture<Long> tooLarge = raw.enqueueAsync(Bytes.wrap(new byte[1_600_000]));
    CompletableFuture<Long> after = queue.enqueueAsync("2");

    assertThatThrownBy(() -> etcd.await(tooLarge))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("too large");
    etcd.await(before);
    etcd.await(after);
    assertThat(drain(other)).containsExactly("1", "2");
  }

  @Test
  void enqueue_groupTooLargeTogether_isSentInParts() {
    Queue<Bytes> raw = Queue.of(a, "raw", Codec.bytes());
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      puts.add(raw.enqueueAsync(Bytes.wrap(new byte[700_000])));
    }
    puts.forEach(etcd::await);

    assertThat(keys("raw/")).hasSize(6);
  }

  @Test
  void queue_othersWithLongerNames_areLeftAlone() {
    Queue<String> longer = Queue.of(a, "jobs2");
    Queue<String> below = Queue.of(a, "jobs/urgent");
    PriorityQueue<String> byPriority = PriorityQueue.of(a, "jobs");
    for (int i = 0; i < 20; i++) {
      etcd.await(longer.enqueueAllAsync(Collections.nCopies(100, "longer")));
      etcd.await(below.enqueueAllAsync(Collections.nCopies(100, "below")));
      etcd.await(byPriority.enqueueAllAsync(Collections.nCopies(100, "by priority"), i));
    }
    assertThat(etcd.await(other.pollAsync())).isEmpty();
    assertThat(etcd.await(other.sizeAsync())).isZero();
    etcd.await(queue.enqueueAllAsync(List.of("1", "2")));

    assertThat(etcd.await(other.sizeAsync())).isEqualTo(2);
    assertThat(etcd.await(other.peekAsync())).contains("1");
    assertThat(drain(other)).containsExactly("1", "2");
    assertThat(keys("jobs2/")).hasSize(2_000);
    assertThat(keys("jobs/")).hasSize(4_000);
  }

  @Test
  void queue_keysBelowOneThatLooksLikeAnItem_areLeftAlone() {
    String item = "jobs/0123456789abcdef-000000000001-0199a1b2c3d";
    putByHand(item, "1");
    putByHand(item + "/x", "of another");
    putByHand("jobs/fedcba9876543210-000000000001-/x", "of another");

    assertThat(etcd.await(other.peekAsync())).contains("1");
    assertThat(drain(other)).containsExactly("1");
    assertThat(keys("jobs/")).hasSize(2);
  }

  @Test
  void queue_itemsThatGosClientPut_comeInTheirOrder() {
    putByHand("jobs/1700000000000000009", "go-1");
    etcd.await(queue.enqueueAsync("ours-2"));
    putByHand("jobs/1700000000000000003", "go-3");
    putByHand("jobs/by-hand", "etcdctl-4");

    assertThat(drain(other)).containsExactly("go-1", "ours-2", "go-3", "etcdctl-4");
  }

  /** Its watch has told nothing of that yet: what it knows of the item is out of date. */
  @Test
  void dequeue_itemWrittenAgainByHand_givesWhatItIsNowInItsNewPlace() {
    etcd.await(queue.enqueueAllAsync(List.of("0", "1", "2")));
    String key = keys("jobs/").get(1).key().utf8();
    assertThat(etcd.await(other.dequeueAsync())).isEqualTo("0");
    etcd.faults().breakWatches("b");
    putByHand(key, "again");

    assertThat(drain(other)).containsExactly("2", "again");
  }

  @Test
  void peek_itemWrittenAgainByHand_givesWhatIsFirstNow() {
    etcd.await(queue.enqueueAllAsync(List.of("0", "1")));
    assertThat(etcd.await(other.peekAsync())).contains("0");
    etcd.faults().breakWatches("b");
    putByHand(keys("jobs/").get(0).key().utf8(), "again");

    assertThat(etcd.await(other.peekAsync())).contains("1");
  }

  @Test
  void dequeue_undecodable_failsWithTheBytesAndTheNextIsServed() {
    etcd.await(queue.enqueueAllAsync(List.of("bad", "good")));
    Queue<String> picky =
        unable(
            b,
            () -> {
              throw new IllegalArgumentException("too bad");
            });

    assertThatThrownBy(() -> etcd.await(picky.dequeueAsync()))
        .isInstanceOf(UndecodableItemException.class)
        .hasMessageContaining("too bad")
        .extracting(e -> ((UndecodableItemException) e).bytes())
        .isEqualTo(Bytes.utf8("bad"));
    assertThat(etcd.await(picky.dequeueAsync())).isEqualTo("good");
  }

  @Test
  void dequeue_codecThrowsAnError_failsWithTheBytesAndTheNextIsServed() {
    etcd.await(queue.enqueueAllAsync(List.of("bad", "good")));
    Queue<String> picky =
        unable(
            b,
            () -> {
              throw new StackOverflowError("too deep");
            });

    assertThatThrownBy(() -> etcd.await(picky.dequeueAsync()))
        .isInstanceOf(UndecodableItemException.class)
        .hasMessageContaining("too deep");
    assertThat(etcd.await(picky.dequeueAsync())).isEqualTo("good");
  }

  @Test
  void poll_codecGivesNull_failsWithTheBytesInsteadOfShowingAnEmptyQueue() {
    etcd.await(queue.enqueueAllAsync(List.of("bad", "good")));
    Queue<String> picky = unable(b, () -> null);

    assertThatThrownBy(() -> etcd.await(picky.pollAsync()))
        .isInstanceOf(UndecodableItemException.class)
        .hasMessageContaining("null")
        .extracting(e -> ((UndecodableItemException) e).bytes())
        .isEqualTo(Bytes.utf8("bad"));
    assertThat(etcd.await(picky.pollAsync())).contains("good");
  }

  @Test
  void dequeueAsync_cancelledBeforeItsUndecodableItemIsHandedOver_putsItBack() {
    Deque<Runnable> callbacks = new ArrayDeque<>();
    Coord late =
        CoordRuntime.over(CoordRuntime.of(a).config(), etcd.client("late"), callbacks::add);
    CompletableFuture<String> waiting =
        unable(
                late,
                () -> {
                  throw new IllegalArgumentException("too bad");
                })
            .dequeueAsync();
    etcd.runFor(A_MOMENT);
    etcd.await(queue.enqueueAsync("bad"));
    etcd.await(() -> !callbacks.isEmpty());
    waiting.cancel(true);
    callbacks.forEach(Runnable::run);
    etcd.runFor(A_MOMENT);

    assertThat(drain(other)).containsExactly("bad");
  }

  /** The queue with a codec that does this when it is given "bad". */
  private static Queue<String> unable(Coord coord, Supplier<String> whenBad) {
    return Queue.of(
        coord,
        "jobs",
        new Codec<String>() {
          @Override
          public Bytes encode(String value) {
            return Bytes.utf8(value);
          }

          @Override
          public String decode(Bytes bytes) {
            return bytes.utf8().equals("bad") ? whenBad.get() : bytes.utf8();
          }
        });
  }

  @Test
  void of_emptyNameOrNul_isRefused() {
    assertThatThrownBy(() -> Queue.of(a, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name of the queue is empty");
    assertThatThrownBy(() -> Queue.of(a, "a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NUL");
  }

  @Test
  void names_withSlashesAndNotAscii_areDifferentQueues() {
    List<String> names = List.of("q", "/q", "q/", "/q/", "q//", "Schlange-äöü-列");
    for (String name : names) {
      etcd.await(Queue.of(a, name).enqueueAsync(name));
    }
    for (String name : names) {
      assertThat(drain(Queue.of(b, name))).containsExactly(name);
    }
  }

  @Test
  void enqueue_codecGivesNull_failsByItselfAndHarmsNobody() {
    Queue<String> broken = Queue.of(a, "jobs", new NullCodec());
    PriorityQueue<String> brokenToo = PriorityQueue.of(a, "tasks", new NullCodec());

    assertThatThrownBy(() -> broken.enqueueAsync("1"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("codec gave null for a value of class java.lang.String");
    assertThatThrownBy(() -> brokenToo.enqueueAsync("1", 1))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("codec gave null");
    etcd.await(queue.enqueueAsync("2"));
    etcd.await(PriorityQueue.of(a, "tasks").enqueueAsync("2", 1));
    assertThat(drain(queue)).containsExactly("2");
  }

  @Test
  @SuppressWarnings("NullAway") // as somebody does who has no such check
  void enqueue_null_saysSo() {
    assertThatThrownBy(() -> queue.enqueueAsync(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("the value is null");
  }

  @Test
  @SuppressWarnings("NullAway") // as somebody does who has no such check
  void of_codecIsNull_isRefusedBeforeAnItemIsTaken() {
    Session session = etcd.await(a.openSessionAsync(Duration.ofSeconds(10)));
    List<ThrowingCallable> attempts =
        List.of(
            () -> Queue.of(a, "jobs", null),
            () -> PriorityQueue.of(a, "jobs", null),
            () -> WorkQueue.of(session, "jobs", null),
            () -> WorkQueueView.of(a, "jobs", null));

    assertThat(attempts)
        .allSatisfy(
            attempt ->
                assertThatThrownBy(attempt)
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("the codec is null"));
  }

  private static final class NullCodec implements Codec<String> {

    @Override
    @SuppressWarnings("NullAway") // as somebody's may
    public Bytes encode(String value) {
      return null;
    }

    @Override
    public String decode(Bytes bytes) {
      return bytes.utf8();
    }
  }
}
