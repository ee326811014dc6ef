package io.coord.it.torture.real.check;

import io.coord.it.torture.real.client.Primitive;
import io.coord.it.torture.real.client.RwMutexWork;
import io.coord.it.torture.real.client.SemaphoreWork;
import io.coord.it.torture.real.history.Actor;
import io.coord.it.torture.real.history.HistoryReader;
import io.coord.it.torture.real.history.Operation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Checks all histories of a run, one primitive after the other. */
public final class Checker {

  private final HistoryReader reader;
  private final LifeRule life;
  private final int clients;
  private final Consumer<Operation> counter;

  /** Checks what is read, of so many clients, of which some were killed; shows every operation. */
  public Checker(
      HistoryReader reader, int clients, Collection<String> killed, Consumer<Operation> counter) {
    this.reader = reader;
    this.clients = clients;
    this.counter = counter;
    this.life = new LifeRule(Set.copyOf(killed));
  }

  /** Gives the verdict on each primitive, by its name, and on what is about all. */
  public Map<String, Verdict> check() {
    Map<String, Verdict> verdicts = new TreeMap<>();
    reader.actors().stream()
        .map(Actor::primitive)
        .distinct()
        .forEach(primitive -> verdicts.put(primitive, check(primitive)));
    return verdicts;
  }

  private Verdict check(String primitive) {
    Verdict verdict = new Verdict();
    List<Operation> history = reader.of(primitive);
    history.forEach(counter);
    life.check(history, verdict);
    rule(primitive).check(history, verdict);
    return verdict;
  }

  private Rule rule(String primitive) {
    return switch (primitive) {
      case "session" -> (history, verdict) -> {};
      case "observer" -> new ObserverRule();
      case "end" -> new LeftoverRule();
      default -> rule(Primitive.parse(primitive));
    };
  }

  private Rule rule(Primitive primitive) {
    return switch (primitive) {
      case MUTEX -> ExclusionRule.alone("lock");
      case RWMUTEX -> ExclusionRule.sharing("lock", Checker::isRead);
      case SEMAPHORE -> new PermitRule(SemaphoreWork.MAXIMUM, SemaphoreWork.PERMITS);
      case ELECTION -> ExclusionRule.alone("campaign");
      case QUEUE, PQUEUE -> new QueueRule();
      case WORKQUEUE -> new WorkRule();
      case BARRIER -> new BarrierRule();
      case DBARRIER -> new DoubleBarrierRule(Math.max(1, clients - 1));
      case LATCH -> new LatchRule();
      case STM -> new BankRule();
    };
  }

  private static boolean isRead(Operation write) {
    return write.with().path(RwMutexWork.SIDE).asText().equals("read");
  }
}
