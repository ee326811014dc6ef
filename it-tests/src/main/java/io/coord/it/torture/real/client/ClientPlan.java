package io.coord.it.torture.real.client;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a client is told on its command line.
 *
 * @param endpoints where etcd is
 * @param histories the folder that histories go to
 * @param place its place, from 0
 * @param clients how many there are
 * @param life how many were in its place before
 * @param seed where its chances begin
 * @param primitives what it uses
 */
public record ClientPlan(
    String endpoints,
    Path histories,
    int place,
    int clients,
    int life,
    long seed,
    List<Primitive> primitives) {

  /** Its name in histories. */
  public String name() {
    return "c" + place + "." + life;
  }

  /** Renders it as arguments. */
  public List<String> arguments() {
    return List.of(
        endpoints,
        histories.toString(),
        Integer.toString(place),
        Integer.toString(clients),
        Integer.toString(life),
        Long.toString(seed),
        primitives.stream().map(Primitive::word).collect(Collectors.joining(",")));
  }

  /** Reads what {@link #arguments()} rendered. */
  static ClientPlan parse(String[] arguments) {
    return new ClientPlan(
        arguments[0],
        Path.of(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]),
        Integer.parseInt(arguments[4]),
        Long.parseLong(arguments[5]),
        Arrays.stream(arguments[6].split(",", -1)).map(Primitive::parse).toList());
  }
}
