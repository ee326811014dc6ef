package io.coord.cli.show;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What is known of a name as one kind of thing. */
interface Section {

  /** For people: a line that sums it up, and perhaps tables. */
  List<String> lines(String name);

  /** For programs: adds a field, or fields, to the object. */
  void addTo(ObjectNode all);
}
