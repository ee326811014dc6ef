package io.coord.it.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every store owes the primitives: the port's Javadoc, and those rules of etcd that the
 * primitives build on. The same tests run on the simulated etcd and on a real one, so that the
 * simulation cannot drift.
 */
abstract class StoreContract
    implements RevisionRules,
        TxnRules,
        CompareRules,
        WriteConflictRules,
        RangeRules,
        PastRules,
        ValueRules,
        LeaseRules,
        WatchRules,
        WatchReplayRules,
        WatchEndRules,
        SchedulerRules,
        CloseRules {

  private Lab lab;

  abstract Lab openLab();

  @BeforeEach
  void openTheLab() {
    lab = openLab();
  }

  @AfterEach
  void closeTheLab() {
    if (lab != null) {
      lab.close();
    }
  }

  @Override
  public Lab lab() {
    return lab;
  }
}
