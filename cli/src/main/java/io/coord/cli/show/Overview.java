package io.coord.cli.show;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What etcd knows of a name, whatever clients use it. */
public final class Overview {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final List<Section> sections;

  Overview(String name, List<Section> sections) {
    this.name = name;
    this.sections = List.copyOf(sections);
  }

  /** For people. */
  public List<String> lines() {
    if (sections.isEmpty()) {
      return List.of(
          name + ": nobody holds, leads or waits; there is no item of a queue, and no barrier");
    }
    return sections.stream()
        .flatMap(section -> section.lines(name).stream())
        .map(ValueText::onOneLine)
        .toList();
  }

  /** For programs: one JSON object. Who holds and who waits are always there. */
  public String json() {
    ObjectNode all = JSON.createObjectNode();
    all.put("name", name);
    all.putArray("holders");
    all.putArray("waiters");
    sections.forEach(section -> section.addTo(all));
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain texts and numbers can be written", e);
    }
  }
}
