package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EtcdctlWordsTest {

  @Test
  void toString_plainCommand_showsAll() {
    assertThat(new EtcdctlWords(List.of("get", "a:b"))).hasToString("etcdctl get a:b");
  }

  @Test
  void toString_passwords_areHidden() {
    assertThat(new EtcdctlWords(List.of("user", "add", "root:secret")))
        .hasToString("etcdctl user add root:...");
    assertThat(new EtcdctlWords(List.of("--user=root:secret", "get", "k")))
        .hasToString("etcdctl --user=... get k");
    assertThat(new EtcdctlWords(List.of("--password=secret", "get", "k")))
        .hasToString("etcdctl --password=... get k");
  }
}
