package io.coord.it.barriers;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Members of one double barrier that enter, give up, leave and enter again at random, and what must
 * be true of that:
 *
 * <ul>
 *   <li>Whoever gets in, gets in with as many others as the barrier takes: as many members as that
 *       have been in, or died, in a time that overlaps its own. One whose wait was cancelled counts
 *       as well, since it may have come in and left at once; one whose time was over does not.
 *   <li>Whoever is told that all have left, is told so when no key of its round is left. Which keys
 *       these are is told by etcd's own history.
 *   <li>In the end no key is left.
 * </ul>
 */
final class TeamModel {

  private static final KeyRange WAITERS = KeyRange.prefix(Bytes.utf8("team/waiters/"));
  private static final Bytes READY = Bytes.utf8("team/ready");
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final Duration STEP = Duration.ofMillis(20);

  /** After that, giving up is reported though it may turn out that the others came first. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What etcd had when all had come: the last one's create revision, and the leases of all. */
  private record Round(long lastIn, Set<Long> leases) {}

  /** One stay, from the call of enter on. */
  private static final class Stay {
    private final int member;
    private final Session session;
    private final Duration begun;
    private Optional<Duration> in = Optional.empty();
    private Optional<Round> round = Optional.empty();
    private Optional<Duration> out = Optional.empty();
    private boolean gaveUp;

    Stay(int member, Session session, Duration begun) {
      this.member = member;
      this.session = session;
      this.begun = begun;
    }

    boolean overlaps(Stay other) {
      return other.in.isPresent()
          && begun.compareTo(other.in.get()) <= 0
          && (out.isEmpty() || out.get().compareTo(other.begun) > 0);
    }
  }

  /** One member and what it is doing. */
  private static final class Player {
    private Session session;
    private DoubleBarrier barrier;
    private Optional<Stay> stay = Optional.empty();
    private Optional<CompletableFuture<?>> underWay = Optional.empty();
  }

  private final SimulatedEtcd etcd;
  private final SplittableRandom random;
  private final int count;
  private final List<Coord> coords = new ArrayList<>();
  private final List<Player> players = new ArrayList<>();
  private final List<Stay> stays = new ArrayList<>();
  private final List<Round> rounds = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();

  TeamModel(SimulatedEtcd etcd, int count, int members) {
    this.etcd = etcd;
    this.random = new SplittableRandom(etcd.seed());
    this.count = count;
    for (String name : List.of("a", "b", "c")) {
      coords.add(etcd.coord(name));
    }
    for (int i = 0; i < members; i++) {
      players.add(new Player());
    }
    etcd.onCommit(this::committed);
  }

  private void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event.type() == WatchEvent.Type.PUT && event.kv().key().equals(READY)) {
        long lastIn = Long.parseLong(event.kv().value().utf8());
        Set<Long> leases =
            keysUpTo(lastIn).stream().map(KeyValue::lease).collect(Collectors.toSet());
        rounds.add(new Round(lastIn, leases));
      }
    }
  }

  private List<KeyValue> keysUpTo(long lastIn) {
    return etcd.keys(WAITERS).stream().filter(kv -> kv.createRevision() <= lastIn).toList();
  }

  /** Plays for a while, lets everybody go, and checks; gives how many stays there were. */
  int play(Duration length) {
    Duration end = etcd.now().plus(length);
    while (etcd.now().compareTo(end) < 0) {
      act(random.nextInt(players.size()));
      etcd.runFor(Duration.ofNanos(random.nextLong(STEP.toNanos() * 4)));
    }
    etcd.faults().calm();
    etcd.runFor(Duration.ofSeconds(30));
    players.forEach(this::goHome);
    etcd.runFor(Duration.ofSeconds(60));
    check();
    return (int) stays.stream().filter(stay -> stay.in.isPresent()).count();
  }

  private void act(int number) {
    Player player = players.get(number);
    if (player.underWay.isPresent()) {
      if (random.nextInt(10) == 0) {
        giveUp(player);
      }
    } else if (player.stay.isPresent()) {
      leave(player);
    } else {
      enter(number, player);
    }
  }

  private void enter(int number, Player player) {
    if (player.session == null || !player.session.isActive()) {
      join(player);
      return;
    }
    Stay stay = new Stay(number, player.session, etcd.now());
    stays.add(stay);
    Duration timeout = Duration.ofMillis(random.nextLong(3_000));
    CompletableFuture<Boolean> entering = player.barrier.enterAsync(timeout);
    player.underWay = Optional.of(entering);
    Futures.onDone(
        entering,
        entered -> {
          player.underWay = Optional.empty();
          if (entered) {
            stay.in = Optional.of(etcd.now());
            stay.round = roundOf(stay);
            player.stay = Optional.of(stay);
          } else {
            stay.gaveUp = etcd.now().compareTo(stay.begun.plus(timeout).plus(GRACE)) < 0;
          }
        },
        failure -> {
          player.underWay = Optional.empty();
          stay.gaveUp = failure instanceof BarrierFullException;
        });
  }

  private void join(Player player) {
    Coord coord = coords.get(random.nextInt(coords.size()));
    CompletableFuture<Session> opening = coord.openSessionAsync(TTL);
    player.underWay = Optional.of(opening);
    Futures.onDone(
        opening,
        session -> {
          player.session = session;
          player.barrier = DoubleBarrier.of(session, "team", count);
          player.underWay = Optional.empty();
        },
        failure -> player.underWay = Optional.empty());
  }

  private void giveUp(Player player) {
    if (player.stay.isEmpty()) {
      player.underWay.ifPresent(entering -> entering.cancel(false));
    }
  }

  private Optional<Round> roundOf(Stay stay) {
    return rounds.stream()
        .filter(round -> round.leases().contains(stay.session.leaseId()))
        .reduce((earlier, later) -> later);
  }

  private void leave(Player player) {
    Stay stay = player.stay.orElseThrow();
    CompletableFuture<Void> leaving = player.barrier.leaveAsync();
    player.underWay = Optional.of(leaving);
    Futures.onDone(
        leaving,
        done -> isOut(player, stay),
        failure -> {
          wrong.add("leaving failed: " + failure);
          isOut(player, stay);
        });
  }

  private void isOut(Player player, Stay stay) {
    stay.out = Optional.of(etcd.now());
    player.underWay = Optional.empty();
    player.stay = Optional.empty();
    if (stay.round.isEmpty()) {
      wrong.add("member " + stay.member + " was in without a round");
    } else if (!keysUpTo(stay.round.get().lastIn()).isEmpty()) {
      wrong.add("member " + stay.member + " was out before all had left, at " + etcd.now());
    }
  }

  private void goHome(Player player) {
    if (player.stay.isPresent() && player.underWay.isEmpty()) {
      leave(player);
    } else {
      giveUp(player);
    }
  }

  private void check() {
    for (Stay stay : stays) {
      if (stay.in.isPresent()) {
        long together =
            stays.stream().filter(other -> !other.gaveUp && other.overlaps(stay)).count();
        assertThat(together)
            .as("members that came in with member %d at %s", stay.member, stay.in.get())
            .isGreaterThanOrEqualTo(count);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(players).allMatch(player -> player.underWay.isEmpty());
    assertThat(etcd.keys(WAITERS)).isEmpty();
  }
}
