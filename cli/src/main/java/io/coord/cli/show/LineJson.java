package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.core.Contender;
import java.time.Duration;
import java.util.stream.Stream;

/** Shows contenders as an array of objects. */
final class LineJson {

  private LineJson() {}

  static void add(ObjectNode to, String field, Stream<Standing> standings) {
    ArrayNode array = to.withArray(field);
    standings.forEach(standing -> fill(array.addObject(), standing.contender()));
  }

  private static void fill(ObjectNode object, Contender contender) {
    object.put("key", contender.key());
    object.put("token", contender.createRevision());
    object.put("lease", Long.toHexString(contender.leaseId()));
    object.put("ttl_left_s", contender.ttlLeft().map(Duration::toSeconds).orElse(null));
    object.put("since", contender.since().map(Object::toString).orElse(null));
    object.put("client", contender.client().orElse(null));
    object.put("value", ValueText.of(contender).orElse(null));
  }
}
