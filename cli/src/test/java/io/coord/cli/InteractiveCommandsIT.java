package io.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coord.core.Bytes;
import io.coord.core.Codec;
import io.coord.core.Coord;
import io.coord.core.Session;
import io.coord.election.Election;
import io.coord.election.Leadership;
import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that are told what to do, and those that show a lock; none leaves anything. */
@EtcdTest
@Timeout(120)
class InteractiveCommandsIT extends ClusterScenario {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern TOKEN = Pattern.compile("acquired .*, token: (\\d+)");

  InteractiveCommandsIT(EtcdCluster cluster) {
    super(cluster);
  }

  private TypedCommand election(int id) throws Exception {
    return TypedCommand.start(endpoints, "election", "e", "--id=" + id);
  }

  @Test
  void election_leaderResigns_nextOneLeadsAndBothWatch() throws Exception {
    try (TypedCommand one = election(1);
        TypedCommand two = election(2)) {
      one.type("watch").awaitSaid("no leader");
      one.type("elect").awaitSaid("campaigned for ID: 1").awaitSaid("leader changed to e/");
      two.type("elect").awaitSaid("campaigning for ID: 2");
      two.type("query").awaitSaid("value-1-0");
      one.type("proclaim", "proclaim 'two words'").awaitSaid("value: value-1-1");
      one.awaitSaid("leader proclaims e/", 2).awaitSaid("two words");

      one.type("resign").awaitSaid("resigned for ID: 1");

      two.awaitSaid("campaigned for ID: 2");
      one.awaitSaid("value-2-0");
      two.type("rev").awaitSaid("current rev: ");
      assertThat(two.said()).containsPattern("current rev: \\d+");
      assertThat(two.end()).isZero();
      one.awaitSaid("no leader", 2);
      assertThat(one.end()).isZero();
    }
  }

  @Test
  void election_resignWhileItCampaigns_givesUpAndLeavesNoKey() throws Exception {
    try (TypedCommand one = election(1);
        TypedCommand two = election(2)) {
      one.type("elect").awaitSaid("campaigned for ID: 1");
      two.type("elect", "elect", "resign", "resign")
          .awaitSaid("campaigns already")
          .awaitSaid("campaign given up for ID: 2")
          .awaitSaid("neither leads nor stands");
      await().atMost(LIMIT).until(() -> cluster.keyCount() == 1);
      assertThat(two.end()).isZero();
      assertThat(one.end()).isZero();
    }
  }

  @Test
  void election_leaderLosesItsKey_isToldAndMayStandAgain() throws Exception {
    try (TypedCommand one = election(1)) {
      one.type("elect").awaitSaid("campaigned for ID: 1");

      cluster.etcdctl("del", "--prefix", "e/");

      one.awaitSaid("lost the leadership for ID: 1");
      one.type("proclaim", "elect mine").awaitSaid("proclaim: does not lead");
      one.awaitSaid("campaigned for ID: 1", 2);
      assertThat(one.end()).isZero();
    }
  }

  @Test
  void election_leaderSaysWhatIsNoText_isShownWithEscapes() throws Exception {
    try (Coord coord = Coord.connect(endpoints);
        Session session = coord.openSession();
        TypedCommand one = election(1)) {
      Bytes latin = Bytes.wrap(new byte[] {'k', (byte) 0xf6});
      Leadership<Bytes> unused = Election.of(session, "e", Codec.bytes()).campaign(latin);

      one.type("watch", "query").awaitSaid("k\\xf6", 2);

      assertThat(one.end()).isZero();
    }
  }

  @Test
  void election_linesThatAreWrong_areSaidAndItGoesOn() throws Exception {
    try (TypedCommand one = election(1)) {
      one.type("fly", "query now", "resign", "proclaim a", "", "query").awaitSaid("leader: none");

      assertThat(one.end()).isZero();
      assertThat(one.said())
          .contains("unknown action 'fly'")
          .contains("wrong number of arguments for query")
          .contains("resign: neither leads nor stands")
          .contains("proclaim: does not lead");
      assertThat(one.complained()).isEmpty();
    }
  }

  @Test
  void election_interruptedWhileItLeads_resigns() throws Exception {
    try (TypedCommand one = election(1)) {
      one.type("elect").awaitSaid("campaigned for ID: 1");
    }
  }

  @Test
  void rwmutex_readersAndAWriter_writerHoldsAlone() throws Exception {
    try (TypedCommand readers = TypedCommand.start(endpoints, "rwmutex", "rw", "--hold=1h");
        TypedCommand writer = TypedCommand.start(endpoints, "rwmutex", "rw", "--hold=1h")) {
      readers.type("r", "r").awaitSaid("acquired read lock", 2);
      writer.type("w").awaitSaid("acquiring write lock");
      readers.type("r").awaitSaid("acquiring read lock", 3);

      readers.type("release", "release").awaitSaid("released read lock", 2);
      writer.awaitSaid("acquired write lock");
      assertThat(readers.said().split("acquired read lock", -1)).hasSize(1 + 2);

      writer.type("release").awaitSaid("released write lock");
      readers.awaitSaid("acquired read lock", 3);
      writer.type("quit");
      readers.type("quit");
      assertThat(writer.end()).isZero();
      assertThat(readers.end()).isZero();
    }
  }

  @Test
  void rwmutex_endOfInput_letsTheTurnsFinish() throws Exception {
    try (TypedCommand one = TypedCommand.start(endpoints, "rwmutex", "rw", "--hold=200ms")) {
      one.type("r", "w", "r");
      assertThat(one.end()).isZero();
      one.awaitSaid("released read lock", 2).awaitSaid("released write lock");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutex", "locker"})
  void lockProgram_twice_holdsWithRisingTokens(String command) throws Exception {
    try (TypedCommand one =
        TypedCommand.start(endpoints, command, "orders", "--count=2", "--hold=50ms")) {
      assertThat(one.end()).isZero();
      one.awaitSaid("before acquiring. key: orders/", 2).awaitSaid("released lock", 2);
      List<Long> tokens =
          TOKEN.matcher(one.said()).results().map(found -> Long.parseLong(found.group(1))).toList();
      assertThat(tokens).hasSize(2).isSorted().doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutex", "locker"})
  void lockProgram_lockLost_failsAndSaysSo(String command) throws Exception {
    try (TypedCommand one = TypedCommand.start(endpoints, command, "orders", "--hold=1h")) {
      one.awaitSaid("acquired lock");

      cluster.etcdctl("del", "--prefix", "orders/");

      assertThat(one.end()).isEqualTo(1);
      assertThat(one.complained()).contains("lost lock orders/").doesNotContain("\tat ");
      assertThat(one.said()).doesNotContain("released lock");
    }
  }
}
