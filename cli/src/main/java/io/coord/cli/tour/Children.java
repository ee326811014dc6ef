package io.coord.cli.tour;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The processes of a part of the tour. None outlives it. */
final class Children implements AutoCloseable {

  private final List<String> connection;
  private final List<ChildProgram> children = new ArrayList<>();

  /**
   * Has no children yet.
   *
   * @param connection the options by which they reach etcd
   */
  Children(List<String> connection) {
    this.connection = List.copyOf(connection);
  }

  /** Starts a command. */
  ChildProgram start(String name, Pattern expected, String... command) {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(connection);
    ChildProgram child = ChildProgram.start(name, arguments, expected);
    children.add(child);
    return child;
  }

  List<ChildProgram> all() {
    return List.copyOf(children);
  }

  @Override
  public void close() {
    children.forEach(ChildProgram::kill);
    children.forEach(ChildProgram::close);
  }
}
