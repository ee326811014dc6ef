package io.coord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchmarksTest {

  @Test
  void all_names_meanOneCaseEach() {
    assertThat(Benchmarks.all()).extracting(BenchCase::name).doesNotHaveDuplicates();
  }
}
