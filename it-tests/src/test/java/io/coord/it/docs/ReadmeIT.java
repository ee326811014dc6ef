package io.coord.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.testkit.EtcdCluster;
import io.coord.testkit.EtcdTest;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java examples, compiled and run as they are written. */
@EtcdTest
class ReadmeIT {

  private static final Path README = Path.of("..", "README.md");
  private static final Pattern EXAMPLE = Pattern.compile("(?s)\n```java\n(.*?)\n```");
  private static final String ENDPOINT = "http://127.0.0.1:2379";

  /** What a reader would let the editor import. */
  private static final List<String> IMPORTS =
      List.of(
          "io.coord.core.*",
          "io.coord.election.*",
          "io.coord.locks.*",
          "io.coord.queues.*",
          "io.coord.barriers.*",
          "io.coord.stm.*",
          "java.time.*",
          "java.util.*");

  @TestFactory
  Stream<DynamicTest> example_compiledAndRun_works(EtcdCluster cluster, @TempDir Path folder)
      throws IOException {
    List<String> examples =
        EXAMPLE.matcher(Files.readString(README)).results().map(ReadmeIT::text).toList();
    assertThat(examples).isNotEmpty().allMatch(example -> example.contains(ENDPOINT));
    return examples.stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    example.lines().findFirst().orElseThrow(),
                    () -> run(example.replace(ENDPOINT, cluster.connectionString()), folder)));
  }

  private static String text(MatchResult example) {
    return example.group(1);
  }

  private static void run(String example, Path folder)
      throws IOException, ReflectiveOperationException {
    Path source = folder.resolve("Example.java");
    Files.writeString(source, inAClass(example));
    compile(source);
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, ReadmeIT.class.getClassLoader())) {
      loader.loadClass("Example").getMethod("run").invoke(null);
    }
  }

  /** A package of a module that has no class yet cannot be imported. */
  private static String inAClass(String example) {
    StringBuilder text = new StringBuilder();
    IMPORTS.stream()
        .filter(ReadmeIT::hasClasses)
        .forEach(name -> text.append("import ").append(name).append(";\n"));
    return text.append("public final class Example {\n")
        .append("  public static void run() throws Exception {\n")
        .append(example)
        .append("\n  }\n}\n")
        .toString();
  }

  private static boolean hasClasses(String wildcard) {
    if (wildcard.startsWith("java.")) {
      return true;
    }
    String folder = wildcard.replace(".*", "").replace('.', '/');
    return ReadmeIT.class.getClassLoader().getResource(folder) != null;
  }

  private static void compile(Path source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                said,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-classpath",
                    System.getProperty("java.class.path"),
                    "-d",
                    source.getParent().toString()),
                null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
            .call();
    assertThat(compiled).as("compiling the example: %s", said).isTrue();
  }
}
