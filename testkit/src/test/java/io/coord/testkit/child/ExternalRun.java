package io.coord.testkit.child;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.coord.testkit.ClientCut;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs a class of tests, on what the environment names, and prints what came of it. */
public final class ExternalRun {

  private ExternalRun() {}

  /** Prints one line of counts, and the first failure. */
  public static void main(String[] arguments) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(Sample.class), selectClass(Larger.class), selectClass(Own.class))
            .build();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    System.out.println(
        "COUNTS succeeded=%d aborted=%d failed=%d containersAborted=%d"
            .formatted(
                summary.getTestsSucceededCount(),
                summary.getTestsAbortedCount(),
                summary.getTotalFailureCount(),
                summary.getContainersAbortedCount()));
    System.out.println(
        "FAILURE "
            + summary.getFailures().stream()
                .findFirst()
                .map(failure -> failure.getException().getMessage())
                .orElse("none"));
  }

  /** What works on any cluster, and what needs faults. */
  @EtcdTest
  static class Sample {

    @Test
    void put_get_works(EtcdCluster cluster) {
      cluster.etcdctl("put", "key", "value");
      Assertions.assertEquals(1, cluster.keyCount());
    }

    @Test
    void start_again_isEmpty(EtcdCluster cluster) {
      Assertions.assertEquals(0, cluster.keyCount());
      cluster.etcdctl("put", "other", "value");
    }

    @Test
    void kill_isSkipped(EtcdCluster cluster) {
      cluster.member(0).kill();
    }

    @Test
    void cut_isSkipped(EtcdCluster cluster) {
      cluster.member(0).cutClients(ClientCut.SILENT);
    }
  }

  /** Another number of members is the same cluster here. */
  @EtcdTest(members = 3)
  static class Larger {

    @Test
    void start_isEmpty(EtcdCluster cluster) {
      Assertions.assertEquals(0, cluster.keyCount());
    }
  }

  /** Settings of its own cannot be had here. */
  @EtcdTest(flags = "--max-txn-ops=64")
  static class Own {

    @Test
    void anything(EtcdCluster cluster) {
      Assertions.fail("must not run on " + cluster);
    }
  }
}
