package io.coord.it.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.election.LeaderRunner;
import io.coord.election.LeaderWork;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What a runner does when the code of others fails in ways that nobody expects; on a real member.
 */
@EtcdTest
class LeaderRunnerForeignCodeIT extends LeaderRunnerScenario {

  private static final class Unprintable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new StackOverflowError("no message");
    }
  }

  /** Fails the second time, when the runner stands; the first time, it is tried by the start. */
  private static final class Moody implements Codec<String> {
    final AtomicInteger encoded = new AtomicInteger();

    @Override
    public Bytes encode(String value) {
      if (encoded.incrementAndGet() == 2) {
        throw new NoClassDefFoundError("library");
      }
      return Bytes.utf8(value);
    }

    @Override
    public String decode(Bytes bytes) {
      return bytes.utf8();
    }
  }

  LeaderRunnerForeignCodeIT(EtcdCluster cluster) {
    super(cluster);
  }

  @Test
  void standing_codecThrowsAnError_standsAgain() {
    Moody moody = new Moody();
    LeaderWork<String, InterruptedException> work =
        leadership -> {
          led.add(leadership);
          untilInterrupted(leadership);
        };
    runners.add(LeaderRunner.start(coord, "scheduler", moody, "one", work, OPTIONS));

    awaitLed(1);
    assertThat(moody.encoded).hasValue(3);
  }

  @Test
  void work_throwsWhatCannotBePrinted_isRunAgain() {
    start(
        leadership -> {
          if (led.size() == 1) {
            throw new Unprintable();
          }
          untilInterrupted(leadership);
        });

    awaitLed(2);
  }
}
