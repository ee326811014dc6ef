package io.coord.it.torture.simulated.model;

import io.coord.core.Bytes;
import io.coord.core.CoordException;
import io.coord.core.internal.Futures;
import io.coord.core.internal.store.Compare;
import io.coord.core.internal.store.Op;
import io.coord.core.internal.store.Store;
import io.coord.core.internal.store.TxnRequest;
import io.coord.it.torture.simulated.model.Teller.Told;
import io.coord.stm.Isolation;
import io.coord.testkit.sim.SimulatedEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tellers who move money between accounts, and readers, beside a teller and elsewhere:
 *
 * <ul>
 *   <li>the sum holds in every revision, and in every snapshot that a transaction sees;
 *   <li>a transfer that is reported as applied was applied once, at the revision that is reported;
 *       one that is reported as failed was never applied;
 *   <li>an outcome stays unknown only when leases are revoked, and then seldom.
 * </ul>
 */
public final class BankModel implements Model {

  private static final int LONGEST_READING_PAUSE = 400;
  private static final String FIRST_ACCOUNT = Ledger.ACCOUNTS + 0;

  /** Longer than any request is held up, and than any lease lives on. */
  private static final Duration UNTIL_THE_LAST_GHOST = Duration.ofMinutes(3);

  private final SimulatedEtcd etcd;
  private final Referee referee;
  private final Strangers strangers;
  private final Ledger ledger = new Ledger(Teller.SUM);
  private final BlockingBodies bodies = new BlockingBodies();
  private final List<Teller> tellers = new ArrayList<>();
  private final int transfers;

  /** A bank with so many tellers. */
  public BankModel(SimulatedEtcd etcd, Scale scale, Isolation level, Strangers strangers) {
    this.etcd = etcd;
    this.referee = new Referee(etcd);
    this.strangers = strangers;
    this.transfers = scale.rounds();
    etcd.onCommit(ledger::enter);
    for (Worker worker : scale.workers(name -> bodies.connect(etcd, name), referee)) {
      tellers.add(new Teller(referee, worker, level, transfers));
    }
  }

  @Override
  public int run() {
    try (bodies) {
      open(etcd.client("opener"));
      referee.until(
          () -> tellers.stream().allMatch(Teller::isDone), () -> "not all transfers ended");
      referee.calm(UNTIL_THE_LAST_GHOST);
      tellers.forEach(this::check);
      long unknown = tellers.stream().mapToLong(BankModel::unknown).sum();
      long most = strangers == Strangers.KEEP_OUT ? 0 : (long) tellers.size() * transfers / 10;
      referee.check(
          unknown <= most, Rule.TRUTH, () -> unknown + " outcomes stayed unknown, most " + most);
      referee.verdict();
      return tellers.size() * transfers;
    }
  }

  /** Opens the accounts, once and all together, however often it takes. */
  private void open(Store store) {
    Op[] puts = new Op[Teller.ACCOUNTS];
    String balance = Long.toString(Teller.SUM / Teller.ACCOUNTS);
    Arrays.setAll(puts, i -> Op.put(Bytes.utf8(Ledger.ACCOUNTS + i), Bytes.utf8(balance)));
    TxnRequest request =
        TxnRequest.when(Compare.absent(Bytes.utf8(FIRST_ACCOUNT)))
            .then(puts)
            .otherwise()
            .harmlessToRepeat();
    Futures.onDone(store.txn(request), opened -> begin(), failure -> open(store));
  }

  private void begin() {
    tellers.forEach(Teller::start);
    read(tellers.get(0).worker());
    read(new Worker(referee, bodies.connect(etcd, "reader"), 0));
  }

  /** Reads all accounts again and again while money moves. */
  private void read(Worker reader) {
    referee.then(
        Teller.sum(reader.coord()),
        sum -> {
          referee.check(
              sum == Teller.SUM, Rule.SUM, () -> "a reader's sum is " + sum + " at " + etcd.now());
          readAgain(reader);
        },
        failure -> readAgain(reader));
  }

  private void readAgain(Worker reader) {
    if (!tellers.stream().allMatch(Teller::isDone)) {
      reader.after(LONGEST_READING_PAUSE, () -> read(reader));
    }
  }

  private void check(Teller teller) {
    teller.told().forEach((transfer, told) -> check(transfer, told, ledger.applied(transfer)));
  }

  private void check(String transfer, Told told, List<Long> applied) {
    String what = transfer + " was told " + told + ", and applied at " + applied;
    if (told instanceof Told.Applied done) {
      referee.check(applied.equals(List.of(done.result().revision())), Rule.ONCE, () -> what);
    } else if (told instanceof Told.NotApplied not) {
      referee.check(applied.isEmpty(), Rule.ONCE, () -> what);
      referee.check(not.why() instanceof CoordException, Rule.NAMED_FAILURES, () -> what);
    } else {
      referee.check(applied.size() <= 1, Rule.ONCE, () -> what);
    }
  }

  private static long unknown(Teller teller) {
    return teller.told().values().stream().filter(Told.Unknown.class::isInstance).count();
  }
}
