package io.coord.benchmarks;

/** An option of the command that only some cases know. */
public enum Flag {
  ENDPOINTS("--endpoints"),
  WORKERS("--workers"),
  SECONDS("--seconds"),
  WARMUP("--warmup"),
  ROUNDS("--rounds"),
  ITEMS("--items"),
  DEPTH("--depth"),
  PRIORITIES("--priorities"),
  ACCOUNTS("--accounts"),
  HOLD("--hold"),
  READ("--read");

  private final String option;

  Flag(String option) {
    this.option = option;
  }

  /** As it is written on the command line. */
  public String option() {
    return option;
  }
}
