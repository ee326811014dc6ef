package io.coord.testkit.internal.cluster;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reply of the JSON gateway.
 *
 * <p>The replies that the fixture needs are flat and hold numbers and plain words, so picking
 * fields by their name is enough; a field of an inner object is found like one of the outer.
 *
 * @param json the reply's text
 */
record GatewayReply(String json) {

  /** Gives the first field of this name. */
  Optional<String> field(String name) {
    return fields(name).stream().findFirst();
  }

  /** Gives all fields of this name, in the order in which they are written. */
  List<String> fields(String name) {
    return Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}\\]]*)\"?")
        .matcher(json)
        .results()
        .map(result -> result.group(1))
        .toList();
  }

  /** Gives the strings of a list. */
  List<String> list(String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*\\[([^\\]]*)\\]").matcher(json);
    if (!matcher.find()) {
      return List.of();
    }
    return Pattern.compile("\"([^\"]*)\"")
        .matcher(matcher.group(1))
        .results()
        .map(result -> result.group(1))
        .toList();
  }
}
