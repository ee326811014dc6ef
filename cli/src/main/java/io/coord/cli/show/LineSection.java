package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Who holds or leads, and who waits. */
record LineSection(List<Standing> standings) implements Section {

  @Override
  public List<String> lines(String name) {
    long holders = standings.stream().filter(Standing::holds).count();
    List<String> lines = new ArrayList<>();
    lines.add(name + ": " + holders + " holding, " + (standings.size() - holders) + " waiting");
    lines.addAll(LineTable.lines(standings));
    return lines;
  }

  @Override
  public void addTo(ObjectNode all) {
    LineJson.add(all, "holders", standings.stream().filter(Standing::holds));
    LineJson.add(all, "waiters", standings.stream().filter(standing -> !standing.holds()));
  }
}
