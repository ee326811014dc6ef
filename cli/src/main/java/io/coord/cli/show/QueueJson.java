package io.coord.cli.show;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.core.Contender;
import java.time.Duration;
import java.util.List;

/** Shows who holds and who waits as one JSON object in a line. */
final class QueueJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private QueueJson() {}

  static String line(String name, List<Standing> standings) {
    ObjectNode all = JSON.createObjectNode();
    all.put("name", name);
    ArrayNode holders = all.putArray("holders");
    ArrayNode waiters = all.putArray("waiters");
    for (Standing standing : standings) {
      (standing.holds() ? holders : waiters).add(object(standing.contender()));
    }
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain texts and numbers can be written", e);
    }
  }

  private static ObjectNode object(Contender contender) {
    ObjectNode object = JSON.createObjectNode();
    object.put("key", contender.key());
    object.put("token", contender.createRevision());
    object.put("lease", Long.toHexString(contender.leaseId()));
    object.put("ttl_left_s", contender.ttlLeft().map(Duration::toSeconds).orElse(null));
    object.put("since", contender.since().map(Object::toString).orElse(null));
    object.put("client", contender.client().orElse(null));
    object.put("value", ValueText.of(contender).orElse(null));
    return object;
  }
}
