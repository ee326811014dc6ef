package io.coord.core.internal.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.coord.core.ClosedException;
import io.coord.core.RefusedException;
import io.coord.core.UnavailableException;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeaseStreamTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final FakeScheduler scheduler = new FakeScheduler();
  private final ScriptedOpener<LeaseKeepAliveRequest, LeaseKeepAliveResponse> opener =
      new ScriptedOpener<>();
  private final LeaseStream leases = new LeaseStream(opener, scheduler, "test", TIMEOUT);

  @Test
  void keepAlive_answered_givesTheTimeToLive() {
    CompletableFuture<Long> first = leases.keepAlive(1);
    CompletableFuture<Long> second = leases.keepAlive(2);
    assertThat(sent()).containsExactly(1L, 2L);

    answer(2, 20);
    answer(1, 10);

    assertThat(first).isCompletedWithValue(10L);
    assertThat(second).isCompletedWithValue(20L);
    assertThat(opener.opened()).isEqualTo(1);
  }

  @Test
  void keepAlive_ofALeaseThatIsGone_givesZero() {
    CompletableFuture<Long> future = leases.keepAlive(1);

    answer(1, 0);

    assertThat(future).isCompletedWithValue(0L);
  }

  @Test
  void keepAlive_severalForOneLease_areAnsweredInOrderEachByItsOwn() {
    CompletableFuture<Long> first = leases.keepAlive(1);
    CompletableFuture<Long> second = leases.keepAlive(1);
    assertThat(sent()).containsExactly(1L, 1L);

    answer(1, 10);
    assertThat(first).isCompletedWithValue(10L);
    assertThat(second).isNotDone();

    answer(1, 9);
    assertThat(second).isCompletedWithValue(9L);
  }

  @Test
  void answer_toAnOverdueRequest_isNotGivenToALaterOne() {
    assertThat(leases.keepAlive(1)).isNotDone();
    scheduler.advance(TIMEOUT);
    CompletableFuture<Long> second = leases.keepAlive(1);

    answer(1, 10);
    assertThat(second).isNotDone();

    answer(1, 9);
    assertThat(second).isCompletedWithValue(9L);
  }

  @Test
  void answer_toNoRequest_isDropped() {
    CompletableFuture<Long> future = leases.keepAlive(1);

    answer(7, 10);
    answer(1, 10);
    answer(1, 10);

    assertThat(future).isCompletedWithValue(10L);
  }

  @Test
  void keepAlive_unanswered_failsAtItsTimeout() {
    CompletableFuture<Long> first = leases.keepAlive(0xbeef);
    scheduler.advance(Duration.ofSeconds(2));
    CompletableFuture<Long> second = leases.keepAlive(2);

    scheduler.advance(Duration.ofMillis(2999));
    assertThat(first).isNotDone();
    scheduler.advance(Duration.ofMillis(1));
    assertThat(failure(first))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("lease beef")
        .hasMessageContaining("5000 ms");

    scheduler.advance(Duration.ofMillis(1999));
    assertThat(second).isNotDone();
    scheduler.advance(Duration.ofMillis(1));
    assertThat(failure(second)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void break_sendsAgainWhatIsUnansweredAndKeepsItsTimeout() {
    CompletableFuture<Long> answered = leases.keepAlive(1);
    CompletableFuture<Long> lost = leases.keepAlive(2);
    CompletableFuture<Long> lostToo = leases.keepAlive(2);
    answer(1, 10);
    scheduler.advance(Duration.ofMillis(400));

    breakStream();
    scheduler.advance(Duration.ZERO);
    assertThat(sent()).containsExactly(2L, 2L);
    answer(2, 20);
    scheduler.advance(TIMEOUT.minusMillis(400));

    assertThat(answered).isCompletedWithValue(10L);
    assertThat(lost).isCompletedWithValue(20L);
    assertThat(failure(lostToo)).isInstanceOf(UnavailableException.class).hasNoCause();
  }

  @Test
  void break_doesNotSendAgainWhatWasAnsweredOutOfTurn() {
    assertThat(leases.keepAlive(1)).isNotDone();
    assertThat(leases.keepAlive(2)).isNotDone();
    answer(2, 20);
    opener.stream().take();

    breakStream();
    scheduler.advance(Duration.ZERO);

    assertThat(sent()).containsExactly(1L);
  }

  @Test
  void break_untilTheTimeout_namesTheLastBreakAsCause() {
    CompletableFuture<Long> future = leases.keepAlive(1);
    breakStream();
    scheduler.advance(TIMEOUT);

    assertThat(failure(future)).hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void break_doesNotSendWhatIsOverdue() {
    assertThat(leases.keepAlive(1)).isNotDone();
    scheduler.advance(TIMEOUT);
    assertThat(leases.keepAlive(2)).isNotDone();
    opener.stream().take();

    breakStream();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(sent()).containsExactly(2L);
  }

  @Test
  void break_waitsAsLongAsTheOpenerSays() {
    assertThat(leases.keepAlive(1)).isNotDone();
    opener.delayReopening(Duration.ofMillis(300));
    breakStream();
    assertThat(leases.keepAlive(2)).isNotDone();

    scheduler.advance(Duration.ofMillis(299));
    assertThat(opener.opened()).isEqualTo(1);
    scheduler.advance(Duration.ofMillis(1));

    assertThat(sent()).containsExactly(1L, 2L);
  }

  @Test
  void break_withNothingUnanswered_reopensWithTheNextCall() {
    assertThat(leases.keepAlive(1)).isNotDone();
    answer(1, 10);

    breakStream();
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(opener.opened()).isEqualTo(1);

    assertThat(leases.keepAlive(2)).isNotDone();
    assertThat(sent()).containsExactly(2L);
  }

  @Test
  void break_ofAStreamThatNeverWorked_isNotRepeatedAtOnce() {
    assertThat(leases.keepAlive(1)).isNotDone();
    for (int i = 0; i < 1000; i++) {
      breakStream();
      scheduler.advance(Duration.ofMillis(1));
    }

    assertThat(opener.opened()).isBetween(15, 25);
  }

  @Test
  void break_forGood_failsWhatIsUnansweredAndNothingLater() {
    CompletableFuture<Long> future = leases.keepAlive(1);

    opener.stream().breakWith(new RefusedException("no", null));
    assertThat(failure(future)).isInstanceOf(RefusedException.class);

    CompletableFuture<Long> later = leases.keepAlive(1);
    answer(1, 10);
    assertThat(later).isCompletedWithValue(10L);
  }

  @Test
  void relocate_sendsAgainWhatIsUnansweredOnANewStream() {
    CompletableFuture<Long> future = leases.keepAlive(1);
    ScriptedStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> old = opener.stream();

    leases.relocate();
    assertThat(old.isOpen()).isFalse();
    assertThat(sent()).containsExactly(1L);
    answer(1, 10);

    assertThat(future).isCompletedWithValue(10L);
  }

  @Test
  void relocate_withNothingUnanswered_waitsForTheNextCall() {
    assertThat(leases.keepAlive(1)).isNotDone();
    answer(1, 10);

    leases.relocate();
    assertThat(opener.stream().isOpen()).isFalse();
    assertThat(opener.opened()).isEqualTo(1);

    assertThat(leases.keepAlive(2)).isNotDone();
    assertThat(opener.opened()).isEqualTo(2);
  }

  @Test
  void relocate_whileReopening_changesNothing() {
    assertThat(leases.keepAlive(1)).isNotDone();
    opener.delayReopening(Duration.ofSeconds(1));
    breakStream();

    leases.relocate();
    assertThat(opener.opened()).isEqualTo(1);
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(opener.opened()).isEqualTo(2);
  }

  @Test
  void stream_unusedForAMinute_isClosedAndLeavesNoTimer() {
    assertThat(leases.keepAlive(1)).isNotDone();
    answer(1, 10);
    scheduler.advance(Duration.ofSeconds(30));
    assertThat(leases.keepAlive(1)).isNotDone();
    answer(1, 10);

    scheduler.advance(Duration.ofSeconds(59));
    assertThat(opener.stream().isOpen()).isTrue();
    scheduler.advance(Duration.ofSeconds(1));

    assertThat(opener.stream().isOpen()).isFalse();
    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void stream_withAnUnansweredRequest_isNotClosedForBeingIdle() {
    LeaseStream patient = new LeaseStream(opener, scheduler, "test", Duration.ofMinutes(5));
    CompletableFuture<Long> future = patient.keepAlive(1);

    scheduler.advance(Duration.ofMinutes(4));
    answer(1, 10);

    assertThat(future).isCompletedWithValue(10L);
  }

  @Test
  void close_failsWhatIsUnansweredAndAllLaterCalls() {
    CompletableFuture<Long> future = leases.keepAlive(1);

    leases.close(new ClosedException("closed", null));
    leases.close(new ClosedException("closed again", null));

    assertThat(failure(future)).hasMessage("closed");
    assertThat(failure(leases.keepAlive(2))).hasMessage("closed");
    assertThat(opener.stream().isOpen()).isFalse();
    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void close_whileReopening_leavesNoTimer() {
    assertThat(leases.keepAlive(1)).isNotDone();
    opener.delayReopening(Duration.ofSeconds(1));
    breakStream();

    leases.close(new ClosedException("closed", null));

    assertThat(scheduler.armed()).isZero();
  }

  @Test
  void callback_mayCallAgain() {
    CompletableFuture<Long> second = leases.keepAlive(1).thenCompose(ttl -> leases.keepAlive(1));

    answer(1, 10);
    answer(1, 9);

    assertThat(second).isCompletedWithValue(9L);
  }

  @Test
  void manyKeepAlives_shareTheirTimers() {
    for (int second = 0; second < 20; second++) {
      List<CompletableFuture<Long>> futures = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        futures.add(leases.keepAlive(i));
      }
      scheduler.advance(Duration.ofMillis(100));
      for (int i = 0; i < 3000; i++) {
        answer(i, 10);
      }
      assertThat(futures).allMatch(CompletableFuture::isDone);
      scheduler.advance(Duration.ofMillis(900));
    }

    assertThat(scheduler.armed()).isLessThanOrEqualTo(3);
    assertThat(scheduler.everScheduled()).isLessThan(100);
  }

  @Test
  void silence_ofAStreamWhoseMemberLives_opensItAnewWithMoreAndMorePatience() {
    CompletableFuture<Long> stuck = leases.keepAlive(1);
    assertThat(sent()).containsExactly(1L);

    scheduler.advance(Duration.ofMillis(600));
    assertThat(sent()).containsExactly(1L);
    scheduler.advance(Duration.ofMillis(1_100));
    assertThat(sent()).isEmpty();
    scheduler.advance(Duration.ofMillis(100));
    assertThat(sent()).containsExactly(1L);
    answer(1, 10);

    assertThat(stuck).isCompletedWithValue(10L);
  }

  private List<Long> sent() {
    return opener.stream().take().stream().map(LeaseKeepAliveRequest::getID).toList();
  }

  private void answer(long id, long ttl) {
    opener.stream().answer(LeaseKeepAliveResponse.newBuilder().setID(id).setTTL(ttl).build());
  }

  private void breakStream() {
    opener.stream().breakWith(new UnavailableException("the member went away", null));
  }

  private static Throwable failure(CompletableFuture<Long> future) {
    assertThat(future).isDone();
    return catchThrowable(() -> future.getNow(-1L)).getCause();
  }
}
