package io.coord.it.junk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.RefusedException;
import io.coord.core.Session;
import io.coord.core.internal.store.KeyRange;
import io.coord.queues.Claim;
import io.coord.queues.DeadLetter;
import io.coord.queues.EnqueueOptions;
import io.coord.queues.ItemQueue;
import io.coord.queues.PriorityQueue;
import io.coord.queues.Queue;
import io.coord.queues.WorkQueue;
import io.coord.testkit.sim.SeedSweep;
import io.coord.testkit.sim.SimulatedEtcd;
import io.coord.testkit.sim.SimulatedFaults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Junk below the names of queues: what has the key of an item is one, everything else is passed
 * over, and no value of ours is lost or kept from leaving.
 */
class QueueJunkTest {

  private static final int RUNS = 20;
  private static final int ROUNDS = 12;
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int STRANGERS = 9_000;
  private static final String WORK = "__coord/work/n\u0000";
  private static final String HELD = "claim/held/00000000000000ff/";

  private static final List<String> FOREIGN =
      List.of(
          "n",
          "n0",
          "n//",
          "n//x",
          "n/x/y",
          "n/x/",
          "n/00003/x/y",
          "n/0003/0000000000000001",
          "n/00003x/0000000000000001",
          "n/00003/000000000000000x",
          "n/00000x",
          "n/00003/-1",
          "n/00003/",
          "n/:",
          "n/99999/00000000000000000",
          "__n",
          "__n/",
          "__n/x",
          "__n/00003/x",
          "__coord/queues/",
          "__coord/queues/x",
          "n\u0000once/x");

  private static final List<String> BASE_KEYS = List.of("__n/00003", "__n/00000", "__n/00007");

  /** Puts values of its own in while junk arrives; gives those that were not refused. */
  private static List<Bytes> enqueueAmong(
      Intruder intruder,
      SimulatedEtcd etcd,
      List<String> junk,
      Function<Bytes, CompletableFuture<Long>> enqueue) {
    List<Bytes> ours = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      intruder.intrude(junk);
      Bytes value = Bytes.utf8("ours-" + round);
      CompletableFuture<Long> enqueued = enqueue.apply(value);
      try {
        assertThat(etcd.await(enqueued)).isPositive();
        ours.add(value);
      } catch (RefusedException inTheWay) {
        assertThat(inTheWay).hasMessageContaining("00003");
      }
    }
    return ours;
  }

  private static List<Bytes> drain(SimulatedEtcd etcd, ItemQueue<Bytes> queue) {
    List<Bytes> taken = new ArrayList<>();
    while (true) {
      Optional<Bytes> next = etcd.await(queue.pollAsync());
      if (next.isEmpty()) {
        return taken;
      }
      taken.add(next.get());
    }
  }

  @Test
  void queue_amongJunk_deliversItsItemsInOrderAndWhatLooksLikeOne() {
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              Intruder intruder = new Intruder(etcd);
              Queue<Bytes> queue = Queue.of(etcd.coord("a"), "n", Codec.bytes());
              List<Bytes> ours = enqueueAmong(intruder, etcd, FOREIGN, queue::enqueueAsync);
              intruder.put("n/", Bytes.utf8("looks like one"));
              intruder.put("n/\uffff", Bytes.utf8("so does this"));

              assertThat(etcd.await(queue.sizeAsync())).isGreaterThanOrEqualTo(ours.size() + 2);
              assertThat(drain(etcd, queue))
                  .containsSubsequence(ours)
                  .contains(Bytes.utf8("looks like one"), Bytes.utf8("so does this"));
            });
  }

  @Test
  void priorityQueue_amongJunk_deliversItsItemsInOrderOrRefusesThem() {
    List<String> junk = new ArrayList<>(FOREIGN);
    junk.addAll(BASE_KEYS);
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              Intruder intruder = new Intruder(etcd);
              PriorityQueue<Bytes> queue = PriorityQueue.of(etcd.coord("a"), "n", Codec.bytes());
              List<Bytes> ours =
                  enqueueAmong(intruder, etcd, junk, value -> queue.enqueueAsync(value, 3));
              intruder.put("n/00009/0000000000000000", Bytes.utf8("looks like one"));

              assertThat(drain(etcd, queue))
                  .containsSubsequence(ours)
                  .contains(Bytes.utf8("looks like one"));
            });
  }

  @Test
  void priorityQueue_lastNumberIsTaken_refusesInsteadOfLosingUntilItIsFree() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    PriorityQueue<String> queue = PriorityQueue.of(etcd.coord("a"), "n");
    Intruder intruder = new Intruder(etcd);
    intruder.put("__n/00003", "");
    intruder.put("n/00003/9999999999999999", "the last");

    assertThatThrownBy(() -> etcd.await(queue.enqueueAsync("one too many", 3)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("n/00003/")
        .hasMessageContaining("9999999999999999");
    etcd.await(queue.enqueueAsync("another priority", 4));
    assertThat(etcd.await(queue.pollAsync())).contains("the last");
    etcd.await(queue.enqueueAsync("there is room again", 3));
    assertThat(etcd.await(queue.pollAsync())).contains("there is room again");
  }

  @Test
  void workQueue_amongJunk_handsOutItsItemsAndWhatLooksLikeOne() {
    List<String> junk = new ArrayList<>();
    for (String place : List.of("item/", HELD, "claim/held/", "claim/live/", "dead/")) {
      for (String name : List.of("", "x", "00003/x", "00003/1", "0003/0000000000000001x", "zz/y")) {
        junk.add(WORK + place + name);
      }
      junk.addAll(Collections.nCopies(4, WORK + place + "00003/0000000000000900"));
    }
    junk.addAll(
        List.of(
            WORK,
            WORK + "id/",
            WORK + "id/x",
            WORK + "in",
            WORK + "back",
            WORK + "x",
            "__" + WORK + "item/00003",
            "__" + WORK + "item/x"));
    SeedSweep.of(RUNS)
        .run(
            SimulatedFaults.none(),
            etcd -> {
              Intruder intruder = new Intruder(etcd);
              WorkQueue<Bytes> queue = workQueue(etcd.coord("a"), etcd);
              EnqueueOptions third = EnqueueOptions.defaults().withPriority(3);
              List<Bytes> ours =
                  enqueueAmong(intruder, etcd, junk, value -> queue.enqueueAsync(value, third));

              List<DeadLetter<Bytes>> dead = etcd.await(queue.deadLettersAsync());
              assertThat(dead).allMatch(letter -> letter.id().equals("00003/0000000000000900"));
              assertThat(etcd.await(queue.dropAsync("x"))).isFalse();
              assertThat(etcd.await(queue.retryAsync("00003/x"))).isFalse();
              assertThat(claimAll(etcd, queue)).containsSubsequence(ours);
            });
  }

  private static WorkQueue<Bytes> workQueue(Coord coord, SimulatedEtcd etcd) {
    Session session = etcd.await(coord.openSessionAsync(TTL));
    return WorkQueue.of(session, "n", Codec.bytes());
  }

  private static List<Bytes> claimAll(SimulatedEtcd etcd, WorkQueue<Bytes> queue) {
    List<Bytes> claimed = new ArrayList<>();
    while (true) {
      Optional<Claim<Bytes>> claim = etcd.await(queue.claimAsync(PATIENCE));
      if (claim.isEmpty()) {
        return claimed;
      }
      claimed.add(claim.get().value());
      etcd.await(claim.get().ackAsync());
    }
  }

  @Test
  void queue_manyStrangersAmongItsItems_readsThemPageByPage() {
    SimulatedEtcd etcd = SimulatedEtcd.of(1);
    Intruder intruder = new Intruder(etcd);
    PriorityQueue<String> queue = PriorityQueue.of(etcd.coord("a"), "n");
    for (int i = 0; i < STRANGERS; i += 100) {
      intruder.putAll("n/00003/x", i, i + 100);
    }
    etcd.await(queue.enqueueAsync("behind them", 4));
    long before = etcd.events();

    assertThat(etcd.await(queue.pollAsync())).contains("behind them");
    assertThat(etcd.events() - before).isLessThan(200);
    assertThat(etcd.keys(KeyRange.prefix(Bytes.utf8("n/")))).hasSize(STRANGERS);
  }
}
