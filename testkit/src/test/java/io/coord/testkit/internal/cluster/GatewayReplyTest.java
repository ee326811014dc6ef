package io.coord.testkit.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatewayReplyTest {

  private static final GatewayReply STATUS =
      new GatewayReply(
          """
          {"header":{"cluster_id":"11","member_id":"10276657743932975437","revision":"7",
          "raft_term":"2"},"version":"3.5.16","leader":"10276657743932975437","isLearner":false}\
          """);

  @Test
  void field_quotedAndPlain_areRead() {
    assertThat(STATUS.field("member_id")).contains("10276657743932975437");
    assertThat(STATUS.field("version")).contains("3.5.16");
    assertThat(STATUS.field("isLearner")).contains("false");
  }

  @Test
  void field_missing_isEmpty() {
    assertThat(STATUS.field("errors")).isEmpty();
  }

  @Test
  void fields_ofAList_areAllRead() {
    GatewayReply leases = new GatewayReply("{\"leases\":[{\"ID\":\"1\"},{\"ID\":\"22\"}]}");

    assertThat(leases.fields("ID")).containsExactly("1", "22");
  }

  @Test
  void list_ofStrings_isRead() {
    GatewayReply users = new GatewayReply("{\"header\":{},\"users\":[\"root\",\"a b\"]}");

    assertThat(users.list("users")).containsExactly("root", "a b");
    assertThat(users.list("roles")).isEmpty();
  }
}
