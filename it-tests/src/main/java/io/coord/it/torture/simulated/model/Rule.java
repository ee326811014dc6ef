package io.coord.it.torture.simulated.model;

/** What the library promises, whatever goes wrong. */
public enum Rule {
  EXCLUSION("nothing is held by more than may hold it"),
  ORDER("whoever came first is first"),
  CHECKED_GRANT("what is granted was checked in etcd"),
  NO_KEY_LEFT("who has gone leaves no key behind"),
  PROGRESS("everybody gets on"),
  ONCE("what was done once happened once"),
  TRUTH("what is told was so"),
  TOGETHER("all go in together and out together"),
  SUM("the sum holds"),
  ONE_AFTER_ANOTHER("transactions are as if one ran after another"),
  LOST_IN_TIME("a session says that it is lost before its lease is gone"),
  NAMED_FAILURES("a call fails only as it says it may"),
  NO_DEFECT("nothing is thrown that nobody hears, and no error is logged");

  private final String text;

  Rule(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
