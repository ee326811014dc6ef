package io.coord.it.torture.simulated.model;

import io.coord.barriers.BarrierFullException;
import io.coord.barriers.DoubleBarrier;
import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.core.internal.session.LeaseSession;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 *   <li>Nobody is counted twice among those who have come: each member has a session of its own, so
 *       their keys are of as many leases.
 *   <li>Whoever is told that all have left, is told so when no key of its round is left. Which keys
 *       these are is told by etcd's own history.
 *   <li>In the end no key is left.
 * </ul>
 */
public final class DoubleBarrierModel implements Model {

  private static final KeyRange WAITERS = KeyRange.prefix(Bytes.utf8("team/waiters/"));
  private static final Bytes READY = Bytes.utf8("team/ready");
  private static final Duration TTL = Duration.ofSeconds(10);
  private static final int LONGEST_STEP_MILLIS = 80;

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
    private Optional<Session> session = Optional.empty();
    private Optional<DoubleBarrier> barrier = Optional.empty();
    private Optional<Stay> stay = Optional.empty();
    private Optional<CompletableFuture<?>> underWay = Optional.empty();
  }

  private final SimulatedEtcd etcd;
  private final Referee referee;
  private final Duration length;
  private final int count;
  private final List<Coord> coords = new ArrayList<>();
  private final List<Player> players = new ArrayList<>();
  private final List<Stay> stays = new ArrayList<>();
  private final List<Round> rounds = new ArrayList<>();

  /**
   * A double barrier with so many workers, who play for a second in each round.
   *
   * @param count how many it takes
   */
  public DoubleBarrierModel(SimulatedEtcd etcd, Scale scale, int count) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    this.count = count;
    this.length = Duration.ofSeconds(scale.rounds());
    for (Worker worker : scale.workers(etcd, referee)) {
      coords.add(worker.coord());
      players.add(new Player());
    }
    etcd.onCommit(this::committed);
  }

  private void committed(List<WatchEvent> events) {
    for (WatchEvent event : events) {
      if (event.type() == WatchEvent.Type.PUT && event.kv().key().equals(READY)) {
        Bytes value = event.kv().value();
        long lastIn = value.isEmpty() ? event.kv().modRevision() : Long.parseLong(value.utf8());
        List<KeyValue> members = keysUpTo(lastIn);
        Set<Long> leases = members.stream().map(KeyValue::lease).collect(Collectors.toSet());
        referee.check(
            leases.size() == members.size(),
            Rule.TOGETHER,
            () -> "all have come, though a member was counted twice: " + members);
        rounds.add(new Round(lastIn, leases));
      }
    }
  }

  private List<KeyValue> keysUpTo(long lastIn) {
    return etcd.keys(WAITERS).stream().filter(kv -> kv.createRevision() <= lastIn).toList();
  }

  @Override
  public int run() {
    Duration end = etcd.now().plus(length);
    while (etcd.now().compareTo(end) < 0) {
      act(referee.random().nextInt(players.size()));
      referee.runFor(referee.upTo(LONGEST_STEP_MILLIS));
    }
    referee.calm(Duration.ofSeconds(30));
    players.forEach(this::goHome);
    referee.runFor(Duration.ofSeconds(60));
    check();
    return (int) stays.stream().filter(stay -> stay.in.isPresent()).count();
  }

  private void act(int number) {
    Player player = players.get(number);
    if (player.underWay.isPresent()) {
      if (referee.onceIn(10)) {
        giveUp(player);
      }
    } else if (player.stay.isPresent()) {
      leave(player);
    } else {
      enter(number, player);
    }
  }

  private void enter(int number, Player player) {
    if (player.session.filter(Session::isActive).isEmpty()) {
      join(player);
      return;
    }
    Stay stay = new Stay(number, player.session.get(), etcd.now());
    stays.add(stay);
    referee.note("member " + number, "enters", "");
    Duration timeout = referee.upTo(3_000);
    CompletableFuture<Boolean> entering = player.barrier.orElseThrow().enterAsync(timeout);
    player.underWay = Optional.of(entering);
    referee.then(
        entering,
        entered -> {
          player.underWay = Optional.empty();
          if (entered) {
            referee.note("member " + number, "is in", "");
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
    Coord coord = coords.get(referee.random().nextInt(coords.size()));
    CompletableFuture<Session> opening = coord.openSessionAsync(TTL);
    player.underWay = Optional.of(opening);
    referee.then(
        opening,
        session -> {
          player.session = Optional.of(session);
          player.barrier = Optional.of(DoubleBarrier.of(session, "team", count));
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
        .filter(round -> round.leases().contains(LeaseSession.of(stay.session).lease()))
        .reduce((earlier, later) -> later);
  }

  private void leave(Player player) {
    Stay stay = player.stay.orElseThrow();
    CompletableFuture<Void> leaving = player.barrier.orElseThrow().leaveAsync();
    player.underWay = Optional.of(leaving);
    referee.then(
        leaving,
        done -> isOut(player, stay),
        failure -> {
          referee.broken(Rule.NAMED_FAILURES, "leaving failed: " + failure);
          isOut(player, stay);
        });
  }

  private void isOut(Player player, Stay stay) {
    referee.note("member " + stay.member, "is out", "");
    stay.out = Optional.of(etcd.now());
    player.underWay = Optional.empty();
    player.stay = Optional.empty();
    if (stay.round.isEmpty()) {
      referee.broken(Rule.TOGETHER, "member " + stay.member + " was in without a round");
    } else if (!keysUpTo(stay.round.get().lastIn()).isEmpty()) {
      referee.broken(
          Rule.TOGETHER,
          "member " + stay.member + " was out before all had left, at " + etcd.now());
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
        referee.check(
            together >= count,
            Rule.TOGETHER,
            () ->
                "member "
                    + stay.member
                    + " came in at "
                    + stay.in.get()
                    + " as one of "
                    + together);
      }
    }
    referee.check(
        players.stream().allMatch(player -> player.underWay.isEmpty()),
        Rule.PROGRESS,
        () -> "somebody still enters or leaves");
    referee.verdict();
    referee.nothingLeft(etcd.keys(WAITERS));
  }
}
