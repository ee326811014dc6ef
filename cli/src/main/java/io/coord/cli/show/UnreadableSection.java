package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What the user may not read. */
record UnreadableSection(String kind) implements Section {

  @Override
  public List<String> lines(String name) {
    return List.of(name + ": whether there is a " + kind + " may not be read by this user");
  }

  @Override
  public void addTo(ObjectNode all) {
    all.withArray("unreadable").add(kind);
  }
}
