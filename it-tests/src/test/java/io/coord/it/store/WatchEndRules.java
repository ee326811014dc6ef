package io.coord.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.RefusedException;
import io.coord.core.internal.store.KeyRange;
import io.coord.core.internal.store.Watch;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How watches end. */
interface WatchEndRules extends Rules {

  @Test
  default void closeWatch_onTheStoresThread_noCallIsMadeAfterwards() {
    ContractListener closing = lab().watchNow(lab().range("a"));
    ContractListener staying = lab().watchNow(lab().range("a"));
    lab().onThreadOf(lab().store(), closing::close);
    long last = lab().putEach("a", "a").get(1);
    lab().await(() -> staying.revisions().contains(last));
    lab().pass(Duration.ofMillis(300));
    assertThat(closing.events()).isEmpty();
  }

  @Test
  default void closeWatch_insideACallback_isTheLastCall() {
    ContractListener closing = lab().watchNow(lab().range("a"));
    ContractListener staying = lab().watchNow(lab().range("a"));
    closing.onCall(call -> closing.close());
    long last = lab().putEach("a", "a", "a").get(2);
    lab().await(() -> staying.revisions().contains(last));
    assertThat(closing.calls()).hasSize(1);
  }

  @Test
  default void closeWatch_ofAnotherWatchInsideACallback_silencesThatAtOnce() {
    ContractListener first = lab().watchNow(lab().range("a"));
    ContractListener second = lab().watchNow(lab().range("a"));
    List<ContractListener> both = List.of(first, second);
    first.onCall(call -> second.close());
    second.onCall(call -> first.close());
    lab().putEach("a", "a", "a");
    lab().await(() -> both.stream().anyMatch(watch -> watch.events().size() == 3));
    assertThat(both).anySatisfy(watch -> assertThat(watch.calls()).isEmpty());
  }

  @Test
  default void closeWatch_beforeTheWatchStands_makesNoCall() {
    ContractListener watch = lab().listener();
    lab()
        .onThreadOf(
            lab().store(),
            () -> {
              watch.opened(lab().store().watch(lab().range("a"), 0, watch));
              watch.close();
            });
    lab().putEach("a");
    lab().pass(Duration.ofMillis(300));
    assertThat(watch.isCreated()).isFalse();
    assertThat(watch.failed()).isEmpty();
  }

  @Test
  default void closeWatch_again_doesNothing() {
    ContractListener listener = lab().watchNow(lab().range("a"));
    Watch watch = listener.watch();
    lab()
        .onThreadOf(
            lab().store(),
            () -> {
              watch.close();
              watch.close();
            });
    watch.close();
    assertThat(listener.failed()).isEmpty();
  }

  @Test
  default void watch_ofAnEmptyRange_fails() {
    KeyRange backwards = KeyRange.between(lab().key("b"), lab().key("a"));
    ContractListener watch = lab().watchFrom(backwards, 0);
    lab().await(() -> !watch.failed().isEmpty());
    assertThat(watch.failed()).hasSize(1);
    assertThat(watch.failed().get(0)).isInstanceOf(RefusedException.class);
    assertThat(watch.isCreated()).isFalse();
  }
}
