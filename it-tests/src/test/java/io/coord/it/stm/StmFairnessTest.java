package io.coord.it.stm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coord.core.Bytes;
import io.coord.core.ClosedException;
import io.coord.core.Coord;
import io.coord.core.internal.CoordRuntime;
import io.coord.core.internal.Futures;
import io.coord.it.torture.simulated.model.BlockingBodies;
import io.coord.stm.Stm;
import io.coord.stm.StmConflictException;
import io.coord.stm.StmCounters;
import io.coord.stm.StmListener;
import io.coord.stm.StmOptions;
import io.coord.stm.StmResult;
import io.coord.stm.Transaction;
import io.coord.stm.UnknownOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Long transactions among short ones of the same process, and what is told of conflicts. */
class StmFairnessTest extends SimulatedStm {

  private static final int SHORT_ONES = 6;
  private static final StmOptions STUBBORN =
      StmOptions.defaults()
          .withMaxAttempts(100_000)
          .withUnknownOutcome(UnknownOutcome.REPORT)
          .withBackoff(Duration.ZERO, Duration.ZERO);

  private boolean stopped;
  private int shortCommits;

  /** Reads one key after another, so that others have all the time to change the first. */
  private CompletableFuture<StmResult<Integer>> longTransaction(StmOptions options) {
    return Stm.runAsync(
        coord,
        options,
        tx -> {
          int hot = Integer.parseInt(tx.get("hot").orElse("0"));
          for (int i = 0; i < 30; i++) {
            BlockingBodies.await(putLater("noise", "" + i));
          }
          tx.put("sum", Integer.toString(hot));
          return hot;
        });
  }

  private void shortTransactions() {
    if (stopped) {
      return;
    }
    Futures.onDone(
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              int next = Integer.parseInt(tx.get("hot").orElse("0")) + 1;
              tx.put("hot", Integer.toString(next));
              return next;
            }),
        done -> {
          shortCommits++;
          shortTransactions();
        },
        failure -> {
          throw new AssertionError(failure);
        });
  }

  @Test
  void longTransaction_amongShortOnes_commitsAfterFewAttemptsAndTheyGoOn() {
    for (int i = 0; i < SHORT_ONES; i++) {
      shortTransactions();
    }

    StmResult<Integer> result = etcd.await(longTransaction(STUBBORN));
    int before = shortCommits;
    etcd.await(() -> shortCommits > before + 100);
    stopped = true;

    assertThat(result.attempts()).isBetween(4, 8);
    assertThat(before).isPositive();
  }

  @Test
  void longTransaction_thatHangs_holdsUpOthersOnceAndNotForEver() {
    for (int i = 0; i < SHORT_ONES; i++) {
      shortTransactions();
    }
    CompletableFuture<String> never = new CompletableFuture<>();
    List<String> attempts = new ArrayList<>();
    CompletableFuture<StmResult<String>> hanging =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              String hot = tx.get("hot").orElse("0");
              attempts.add(hot);
              for (int i = 0; i < 30; i++) {
                BlockingBodies.await(putLater("noise", "" + i));
              }
              if (attempts.size() > 4) {
                BlockingBodies.await(never);
              }
              tx.put("sum", hot);
              return hot;
            });
    etcd.await(() -> attempts.size() > 4);
    etcd.runFor(Duration.ofMillis(500));
    int before = shortCommits;
    etcd.runFor(Duration.ofSeconds(1));
    assertThat(shortCommits).as("held up").isEqualTo(before);

    etcd.runFor(Duration.ofSeconds(5));
    stopped = true;

    assertThat(shortCommits).isGreaterThan(before + 100);
    assertThat(hanging).isNotDone();
  }

  /** Fails until it has the right of way, says so, and changes what the others have read. */
  private CompletableFuture<StmResult<Integer>> claim(CompletableFuture<String> claimed) {
    int[] runs = new int[1];
    return Stm.runAsync(
        coord,
        STUBBORN,
        tx -> {
          String hot = tx.get("hot").orElse("0");
          if (runs[0]++ < 4) {
            BlockingBodies.await(putLater("hot", hot));
          } else {
            claimed.complete("");
            for (int i = 0; i < 10; i++) {
              BlockingBodies.await(putLater("noise", "" + i));
            }
          }
          tx.put("hot", "claimed");
          return runs[0];
        });
  }

  private static String another(Transaction tx) {
    tx.put("hot", "another");
    return "";
  }

  /** What is chained to a future runs in no order that one could rely on. */
  @Test
  void goesFirst_committed_whatIsChainedToItIsNotHeldUp() {
    CompletableFuture<Duration> chained =
        claim(new CompletableFuture<>())
            .thenApply(
                claimed -> {
                  Duration before = etcd.now();
                  try {
                    BlockingBodies.await(Stm.runAsync(coord, STUBBORN, StmFairnessTest::another));
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                  return etcd.now().minus(before);
                });

    assertThat(etcd.await(chained)).isLessThan(Duration.ofSeconds(1));
    assertThat(value("hot")).contains("another");
  }

  @Test
  void heldUp_againAndAgain_doesNotMakeItGoFirst() {
    List<CompletableFuture<String>> claimed =
        Stream.generate(() -> new CompletableFuture<String>()).limit(4).toList();
    List<String> attempts = new ArrayList<>();
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<StmResult<String>> patient =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              String hot = tx.get("hot").orElse("0");
              attempts.add(hot);
              boolean isHeldUp = attempts.size() <= claimed.size();
              BlockingBodies.await(isHeldUp ? claimed.get(attempts.size() - 1) : never);
              tx.put("hot", "patient");
              return hot;
            });
    for (CompletableFuture<String> one : claimed) {
      etcd.await(claim(one));
    }
    etcd.await(() -> attempts.size() == 5);

    CompletableFuture<StmResult<String>> another =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              tx.put("hot", "another");
              return "";
            });
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(another).as("nobody goes first").isCompleted();
    assertThat(patient).isNotDone();
  }

  @Test
  void cancelled_whileItsCommitIsRefused_holdsUpNobody() {
    List<String> attempts = new ArrayList<>();
    CompletableFuture<StmResult<String>> cancelled =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              String hot = tx.get("hot").orElse("0");
              attempts.add(hot);
              BlockingBodies.await(putLater("hot", hot));
              tx.put("hot", "cancelled");
              return hot;
            });
    etcd.await(() -> attempts.size() == 4 && sent("Txn") == 4);

    cancelled.cancel(true);
    etcd.runFor(Duration.ofSeconds(1));
    CompletableFuture<StmResult<String>> another =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              tx.put("hot", "another");
              return "";
            });
    etcd.runFor(Duration.ofSeconds(1));

    assertThat(another).isCompleted();
  }

  @Test
  void close_whileCommitsAreHeldUp_endsThem() {
    List<Integer> attempts = new ArrayList<>();
    CompletableFuture<String> never = new CompletableFuture<>();
    CompletableFuture<StmResult<Integer>> holder =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              String hot = tx.get("hot").orElse("0");
              attempts.add(attempts.size());
              if (attempts.size() > 4) {
                BlockingBodies.await(never);
              }
              BlockingBodies.await(putLater("hot", hot));
              tx.put("sum", hot);
              return attempts.size();
            });
    etcd.await(() -> attempts.size() > 4);
    CompletableFuture<StmResult<String>> heldUp =
        Stm.runAsync(
            coord,
            STUBBORN,
            tx -> {
              tx.put("hot", "mine");
              return "";
            });
    etcd.runFor(Duration.ofSeconds(1));
    assertThat(heldUp).isNotDone();

    coord.close();
    etcd.await(heldUp::isDone);

    assertThatThrownBy(heldUp::join).cause().isInstanceOf(ClosedException.class);
    assertThat(holder).isNotDone();
  }

  @Test
  void listener_conflictsAndCommits_isToldOfEachInOrder() {
    List<String> told = new ArrayList<>();
    StmListener listener =
        new StmListener() {
          @Override
          public void onConflict(int attempt, List<Bytes> keys) {
            told.add("conflict " + attempt + " " + keys);
          }

          @Override
          public void onCommit(long revision, int attempts) {
            told.add("commit " + revision + " " + attempts);
          }
        };
    StmOptions options = StmOptions.defaults().withListener(listener).withMaxAttempts(3);
    put("loud", "1");
    put("quiet", "1");
    int[] runs = new int[1];

    StmResult<Integer> result =
        run(
            options,
            tx -> {
              tx.getAll("quiet", "loud");
              if (runs[0]++ < 2) {
                BlockingBodies.await(putLater("loud", "2"));
              }
              tx.put("out", "1");
              return 0;
            });
    etcd.await(() -> told.size() == 3);

    assertThat(told)
        .containsExactly(
            "conflict 1 [loud]", "conflict 2 [loud]", "commit " + result.revision() + " 3");
    assertThat(Stm.counters(coord)).isEqualTo(new StmCounters(1, 3, 2));
  }

  @Test
  void listener_givenUp_isToldOfTheLastConflict() {
    List<Integer> told = new ArrayList<>();
    StmListener listener =
        new StmListener() {
          @Override
          public void onConflict(int attempt, List<Bytes> keys) {
            told.add(attempt);
            throw new IllegalStateException("a listener's own mistake");
          }
        };
    StmOptions options = StmOptions.defaults().withListener(listener).withMaxAttempts(2);

    assertThatThrownBy(
            () ->
                run(
                    options,
                    tx -> {
                      String read = tx.get("loud").orElse("");
                      BlockingBodies.await(putLater("loud", read + "1"));
                      tx.put("out", "1");
                      return 0;
                    }))
        .isInstanceOf(StmConflictException.class);
    etcd.await(() -> told.size() == 2);

    assertThat(told).containsExactly(1, 2);
  }

  @Test
  void listener_throwsAnErrorOnTheConnectionsThread_resultIsToldAllTheSame() {
    StmListener listener =
        new StmListener() {
          @Override
          public void onCommit(long revision, int attempts) {
            throw new AssertionError("a listener's own mistake");
          }
        };
    Coord direct = CoordRuntime.over(coord.config(), etcd.client("direct"), Runnable::run);

    StmResult<String> result =
        etcd.await(
            Stm.runAsync(
                direct,
                StmOptions.defaults().withListener(listener),
                tx -> {
                  tx.put("a", "1");
                  return "done";
                }));

    assertThat(result.value()).isEqualTo("done");
  }
}
