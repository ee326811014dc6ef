package io.coord.benchmarks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemAuditTest {

  private final ItemAudit audit = new ItemAudit();
  private final ItemAudit.Taker taker = audit.new Taker();

  private void take(int lane, int... numbers) {
    for (int number : numbers) {
      taker.took(ItemAudit.item(lane, number));
    }
  }

  @Test
  void item_anyNumber_has32Characters() {
    assertThat(ItemAudit.item(12, 345)).isEqualTo("00000012/00000000000000000000345");
  }

  @Test
  void violations_eachLaneInItsOrder_none() {
    take(0, 0);
    take(1, 0, 1);
    take(0, 1, 2);

    assertThat(audit.violations(Map.of(0, 3, 1, 2))).isZero();
  }

  @Test
  void violations_twoTakersInterleaved_none() {
    ItemAudit.Taker other = audit.new Taker();
    take(0, 1);
    other.took(ItemAudit.item(0, 0));
    take(0, 2);

    assertThat(audit.violations(Map.of(0, 3))).isZero();
  }

  @Test
  void violations_itemIsMissing_areCounted() {
    take(0, 0, 2);

    assertThat(audit.violations(Map.of(0, 3, 1, 1))).isEqualTo(2);
  }

  @Test
  void violations_itemCameTwice_areCounted() {
    take(0, 0, 1);
    audit.new Taker().took(ItemAudit.item(0, 1));

    assertThat(audit.violations(Map.of(0, 2))).isEqualTo(1);
  }

  @Test
  void violations_itemsOfALaneChangedPlaces_areCounted() {
    take(0, 1, 0, 2);

    assertThat(audit.violations(Map.of(0, 3))).isEqualTo(1);
  }

  @Test
  void violations_nobodyPutTheItem_areCounted() {
    take(0, 0, 1);
    take(7, 0);

    assertThat(audit.violations(Map.of(0, 1, 7, 0))).isEqualTo(2);
  }
}
