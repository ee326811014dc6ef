package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.queues.QueueStatus;
import java.time.Instant;
import java.util.List;

/**
 * A queue, or a priority queue.
 *
 * @param kind what it is, for people
 * @param field what it is, for programs
 * @param now the moment at which it is shown
 */
record QueueSection(String kind, String field, QueueStatus status, Instant now) implements Section {

  @Override
  public List<String> lines(String name) {
    String oldest = new OldestText(status.oldest(), now).text();
    return List.of(name + ": " + kind + ", depth " + status.size() + oldest);
  }

  @Override
  public void addTo(ObjectNode all) {
    ObjectNode queue = all.putObject(field);
    queue.put("depth", status.size());
    new OldestText(status.oldest(), now).addTo(queue);
  }
}
