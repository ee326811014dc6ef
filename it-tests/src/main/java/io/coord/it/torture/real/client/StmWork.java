package io.coord.it.torture.real.client;

import io.coord.core.Bytes;
import io.coord.core.Coord;
import io.coord.it.torture.real.history.Operation;
import io.coord.stm.Stm;
import io.coord.stm.StmResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Moves money between few accounts, and reads all of them at once. A balance is stored with the
 * name of the transfer that wrote it, {@code 100@c1.0/stm-0#17}, so that a history of them can be
 * checked link by link.
 */
public final class StmWork {

  /** What each account has at the beginning. */
  public static final int INITIAL = 100;

  /** The accounts. */
  public static final List<String> ACCOUNTS =
      IntStream.range(0, 5).mapToObj(i -> "torture/account/" + i).toList();

  /** Who wrote the balances at the beginning. */
  public static final String NOBODY = "nobody";

  /** The name under which a history says what was read. */
  public static final String READ = "read";

  /** The name under which a history says what was written. */
  public static final String WROTE = "wrote";

  /** The name of its place among those that took effect at one revision. */
  public static final String POSITION = "position";

  private StmWork() {}

  /** Fills the accounts. */
  public static void fill(Coord coord) throws InterruptedException {
    StmResult<Integer> unused =
        Stm.run(
            coord,
            tx -> {
              ACCOUNTS.forEach(account -> tx.put(account, INITIAL + "@" + NOBODY));
              return INITIAL;
            });
  }

  /** What a transfer read and wrote. */
  private record Moved(Map<String, String> read, Map<String, String> wrote) {}

  static Workload transfers(Hands hands) {
    return () -> {
      String name = hands.name() + "#" + hands.recorder().operations();
      int from = hands.random().nextInt(ACCOUNTS.size());
      int to = (from + 1 + hands.random().nextInt(ACCOUNTS.size() - 1)) % ACCOUNTS.size();
      Optional<StmResult<Moved>> unused =
          hands
              .recorder()
              .call(
                  "transfer",
                  Map.of("name", name),
                  () -> move(hands.coord(), name, ACCOUNTS.get(from), ACCOUNTS.get(to)),
                  StmWork::told);
      hands.pauseUpTo(60);
    };
  }

  private static StmResult<Moved> move(Coord coord, String name, String from, String to)
      throws InterruptedException {
    return Stm.run(
        coord,
        tx -> {
          String rich = tx.get(from).orElseThrow();
          String poor = tx.get(to).orElseThrow();
          long amount = (balance(rich) + 1) / 2;
          Map<String, String> wrote =
              Map.of(
                  from, balance(rich) - amount + "@" + name,
                  to, balance(poor) + amount + "@" + name);
          wrote.forEach(tx::put);
          return new Moved(Map.of(from, rich, to, poor), wrote);
        });
  }

  /** The balance in what is stored. */
  public static long balance(String stored) {
    return Long.parseLong(stored.substring(0, stored.indexOf('@')));
  }

  /** The name of the transfer that stored it. */
  public static String writer(String stored) {
    return stored.substring(stored.indexOf('@') + 1);
  }

  private static Map<String, ?> told(StmResult<Moved> result) {
    return place(
        result,
        Operation.REVISION,
        Map.of(READ, result.value().read(), WROTE, result.value().wrote()));
  }

  static Workload snapshots(Hands hands) {
    return () -> {
      snapshot(hands.coord(), hands.recorder());
      hands.pauseUpTo(80);
    };
  }

  /** Reads all accounts in one transaction. */
  public static void snapshot(Coord coord, Recorder recorder) throws InterruptedException {
    Optional<StmResult<Map<String, String>>> unused =
        recorder.call(
            "snapshot",
            Map.of(),
            () -> Stm.run(coord, tx -> tx.getAll(ACCOUNTS.toArray(String[]::new))),
            result -> place(result, "seen-at", Map.of(READ, result.value())));
  }

  /** Where a transaction stands in the order of all, beside what it did. */
  private static Map<String, ?> place(StmResult<?> result, String revision, Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>(more);
    all.put(revision, result.revision());
    result.position().ifPresent(position -> all.put(POSITION, position));
    return all;
  }

  /** Empties the accounts. */
  public static void clear(Coord coord) throws InterruptedException {
    for (String account : ACCOUNTS) {
      long unused = coord.transaction().delete(Bytes.utf8(account)).commit();
    }
  }
}
