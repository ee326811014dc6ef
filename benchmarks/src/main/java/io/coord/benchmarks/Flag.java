package io.coord.benchmarks;

/** An option of the command that only some cases know. */
public enum Flag {
  ENDPOINTS("--endpoints"),
  MEMBERS("--members", 1, 9),
  WORKERS("--workers", 1, Integer.MAX_VALUE),
  SECONDS("--seconds"),
  WARMUP("--warmup"),
  REHEARSAL("--rehearsal"),
  ROUNDS("--rounds", 1, Integer.MAX_VALUE),
  ITEMS("--items", 1, Integer.MAX_VALUE),
  DEPTH("--depth", 0, Integer.MAX_VALUE),
  PRIORITIES("--priorities", 1, 65_536),
  ACCOUNTS("--accounts", 2, Integer.MAX_VALUE),
  HOLD("--hold"),
  READ("--read", 0, 100),
  THREADS("--threads");

  private final String option;
  private final int least;
  private final int most;

  Flag(String option) {
    this(option, 0, 0);
  }

  Flag(String option, int least, int most) {
    this.option = option;
    this.least = least;
    this.most = most;
  }

  /** As it is written on the command line. */
  public String option() {
    return option;
  }

  /** Refuses a number that makes no sense for this flag. */
  void require(int value) {
    if (value < least || value > most) {
      String range = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
      throw new IllegalArgumentException(option + " is " + value + "; expected " + range);
    }
  }
}
