package io.coord.it.torture.simulated.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import io.coord.core.internal.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The witness of work queues says what is wrong, and nothing of what is right. */
class WorkWitnessTest {

  private static final String ITEM = "00000/0000000000000001";

  private final List<String> violations = new ArrayList<>();
  private final WorkWitness witness = new WorkWitness("work", OptionalInt.of(2), violations::add);

  private static WatchEvent event(WatchEvent.Type type, String path) {
    Bytes key = Bytes.utf8("__coord/work/work\0" + path);
    return new WatchEvent(type, new KeyValue(key, Bytes.EMPTY, 1, 1, 1, 0));
  }

  private static WatchEvent put(String path) {
    return event(WatchEvent.Type.PUT, path);
  }

  private static WatchEvent deleted(String path) {
    return event(WatchEvent.Type.DELETE, path);
  }

  private void claimBy(String holder) {
    witness.committed(
        List.of(
            deleted("item/" + ITEM),
            put("claim/held/" + holder + "/" + ITEM),
            put("claim/live/" + holder)));
  }

  @Test
  void committed_moreItemsThanTheBound_isTold() {
    witness.committed(List.of(put("item/00000/0000000000000002")));
    witness.committed(List.of(put("item/" + ITEM)));
    claimBy("a");
    assertThat(violations).isEmpty();
    witness.committed(List.of(put("item/00000/0000000000000003")));

    assertThat(violations).singleElement().asString().contains("3 items", "is to have 2");
  }

  @Test
  void committed_lifeOfAnItem_isRight() {
    witness.committed(List.of(put("item/" + ITEM)));
    claimBy("a");
    assertThat(witness.notDead()).isEqualTo(1);
    witness.committed(List.of(deleted("claim/live/a")));
    witness.committed(List.of(deleted("claim/held/a/" + ITEM), put("item/" + ITEM)));
    claimBy("b");
    witness.committed(
        List.of(
            put("claim/held/delay/" + ITEM),
            put("claim/live/delay"),
            deleted("claim/held/b/" + ITEM)));
    witness.committed(List.of(deleted("claim/held/delay/" + ITEM), put("dead/" + ITEM)));

    assertThat(violations).isEmpty();
    assertThat(witness.dead()).isEqualTo(1);
    assertThat(witness.notDead()).isZero();
  }

  @Test
  void committed_twoHoldersOfAnItem_areWrong() {
    claimBy("a");
    claimBy("b");

    assertThat(violations).singleElement().asString().contains("held by more than one");
  }

  @Test
  void committed_claimOfAHolderWhoIsGone_isWrong() {
    witness.committed(List.of(put("claim/held/a/" + ITEM)));

    assertThat(violations).singleElement().asString().contains("[a], who is gone");
  }

  @Test
  void committed_anItemInTwoPlaces_isWrong() {
    witness.committed(List.of(put("item/" + ITEM)));
    witness.committed(List.of(put("dead/" + ITEM)));

    assertThat(violations).singleElement().asString().contains("WAITING and DEAD");
  }
}
