package io.coord.benchmarks.cases;

/** A measured case of which there are several kinds, each with a name of its own. */
abstract class NamedCase implements MeasuredCase {

  private final String name;
  private final String summary;

  NamedCase(String name, String summary) {
    this.name = name;
    this.summary = summary;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }
}
