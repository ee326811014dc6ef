package io.coord.benchmarks.cases;

import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.Leadership;
import org.jspecify.annotations.Nullable;

/** The election: campaign, resign. */
final class ElectionLock implements ExclusiveLock {

  private static final String VALUE = "candidate";

  private final Election<String> election;
  private @Nullable Leadership<String> held;

  ElectionLock(Session session, String name) {
    this.election = Election.of(session, name);
  }

  @Override
  public long acquire() throws InterruptedException {
    Leadership<String> leadership = election.campaign(VALUE);
    held = leadership;
    return leadership.fencingToken().value();
  }

  @Override
  public void release() {
    Leadership<String> leadership = held;
    if (leadership != null) {
      ExclusiveLock.requireReleased(leadership.resign());
    }
  }
}
