package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coord.barriers.BarrierMembers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who takes part in a double barrier. */
record DoubleBarrierSection(BarrierMembers members) implements Section {

  private Stream<Standing> in() {
    return members.in().stream().map(member -> Standing.holds("is in", member));
  }

  private Stream<Standing> entering() {
    return members.entering().stream().map(member -> Standing.waits("enters", member));
  }

  @Override
  public List<String> lines(String name) {
    List<String> lines = new ArrayList<>();
    lines.add(
        name
            + ": double barrier, "
            + members.in().size()
            + " in, "
            + members.entering().size()
            + " entering");
    lines.addAll(LineTable.lines(Stream.concat(in(), entering()).toList()));
    return lines;
  }

  @Override
  public void addTo(ObjectNode all) {
    ObjectNode barrier = all.putObject("double_barrier");
    LineJson.add(barrier, "in", in());
    LineJson.add(barrier, "entering", entering());
  }
}
