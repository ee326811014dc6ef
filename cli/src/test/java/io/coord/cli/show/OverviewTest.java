package io.coord.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.Contender;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OverviewTest {

  private static final Contender COORDS =
      new Contender(
          "orders/6b-1-1",
          Bytes.utf8("since=2026-11-21T07:51:56Z by=worker-1"),
          27,
          0x6b,
          Optional.of(Duration.ofSeconds(7)),
          Optional.of(Instant.parse("2026-11-21T07:51:56Z")),
          Optional.of("worker-1"));

  private static Contender another(long lease, Bytes value) {
    return new Contender(
        "orders/6c", value, 30, lease, Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void lines_nobody_saysSo() {
    assertThat(Overview.of("orders", List.of()).lines())
        .containsExactly("orders: nobody holds, leads or waits");
  }

  @Test
  void lines_holderAndWaiter_inOrderWithWhatIsKnown() {
    List<String> lines = Overview.of("orders", List.of(COORDS, another(0x6c, Bytes.EMPTY))).lines();

    assertThat(lines.get(0)).isEqualTo("orders: 1 holds, 1 waiting");
    assertThat(lines.get(1)).containsPattern("PLACE +TOKEN +TTL LEFT +SINCE +CLIENT +VALUE +KEY");
    assertThat(lines.get(2))
        .containsPattern("holds +27 +7 s +2026-11-21T07:51:56Z +worker-1 +- +orders/6b-1-1");
    assertThat(lines.get(3)).containsPattern("waits 1 +30 +over +- +- +- +orders/6c");
  }

  @Test
  void lines_candidateOfAnotherClient_leadsWithItsValue() {
    List<String> lines = Overview.of("e", List.of(another(0, Bytes.utf8("10.0.0.7")))).lines();

    assertThat(lines.get(0)).isEqualTo("e: 1 leads, 0 waiting");
    assertThat(lines.get(2)).containsPattern("leads +30 +no lease +- +- +10.0.0.7 +orders/6c");
  }

  @Test
  void lines_valueThatIsNoText_isEscaped() {
    Bytes value = Bytes.copyOf(new byte[] {'a', 0, (byte) 0xff});

    assertThat(Overview.of("e", List.of(another(0, value))).lines().get(2)).contains("a\\x00\\xff");
  }

  @Test
  void json_holderAndWaiter_oneObject() {
    assertThat(Overview.of("orders", List.of(COORDS, another(0x6c, Bytes.utf8("v")))).json())
        .isEqualTo(
            "{\"name\":\"orders\",\"holders\":[{\"key\":\"orders/6b-1-1\",\"token\":27,"
                + "\"lease\":\"6b\",\"ttl_left_s\":7,\"since\":\"2026-11-21T07:51:56Z\","
                + "\"client\":\"worker-1\",\"value\":null}],\"waiters\":[{\"key\":\"orders/6c\","
                + "\"token\":30,\"lease\":\"6c\",\"ttl_left_s\":null,\"since\":null,"
                + "\"client\":null,\"value\":\"v\"}]}");
  }

  @Test
  void json_nobody_hasEmptyLists() {
    assertThat(Overview.of("orders", List.of()).json())
        .isEqualTo("{\"name\":\"orders\",\"holders\":[],\"waiters\":[]}");
  }
}
