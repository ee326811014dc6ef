package io.coord.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteLinesTest {

  private static List<Bytes> lines(byte... input) throws InterruptedException {
    List<Bytes> found = new ArrayList<>();
    try (ByteLines lines = new ByteLines(new ByteArrayInputStream(input))) {
      for (Optional<Bytes> line = lines.read(); line.isPresent(); line = lines.read()) {
        found.add(line.get());
      }
    }
    return found;
  }

  private static Bytes bytes(int... values) {
    byte[] content = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      content[i] = (byte) values[i];
    }
    return Bytes.wrap(content);
  }

  @Test
  void read_bytesThatAreNoText_areKept() throws InterruptedException {
    assertThat(lines((byte) 0xff, (byte) 0, (byte) '\n', (byte) 0xc3))
        .containsExactly(bytes(0xff, 0), bytes(0xc3));
  }

  @Test
  void read_lineEndsOfAnyKind_areNoPartOfTheLines() throws InterruptedException {
    assertThat(lines((byte) 'a', (byte) '\r', (byte) '\n', (byte) '\n', (byte) 'b'))
        .containsExactly(bytes('a'), Bytes.EMPTY, bytes('b'));
  }

  @Test
  void read_carriageReturnElsewhere_isPartOfTheLine() throws InterruptedException {
    assertThat(lines((byte) 'a', (byte) '\r', (byte) 'b', (byte) '\r'))
        .containsExactly(bytes('a', '\r', 'b', '\r'));
  }

  @Test
  void read_nothing_hasNoLine() throws InterruptedException {
    assertThat(lines()).isEmpty();
  }
}
