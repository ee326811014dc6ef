package io.coord.testkit.internal.docker;

import com.github.dockerjava.api.DockerClient;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/**
 * Starts containers without looking at what becomes of them.
 *
 * <p>Members wait for each other, so they are looked at when all have been started. And a container
 * that ends at once is kept, where Testcontainers would remove it together with its log.
 */
final class StartWithoutWaiting {

  private StartWithoutWaiting() {}

  /** Takes every container for ready. */
  static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {
      // Nothing to wait for here.
    }
  }

  /** Takes every container for started, one that has ended already, too. */
  static final class NoCheck extends StartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient docker, String containerId) {
      return StartupStatus.SUCCESSFUL;
    }
  }
}
