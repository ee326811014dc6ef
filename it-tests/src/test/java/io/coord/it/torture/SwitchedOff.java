package io.coord.it.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.barriers.Barrier;
import io.coord.core.Coord;
import io.coord.election.Election;
import io.coord.it.torture.simulated.Primitive;
import io.coord.locks.Mutex;
import io.coord.queues.Queue;
import io.coord.stm.Stm;
import io.coord.testkit.sim.SimulatedEtcd;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A copy of the library in which a rule of the design is switched off: one class is changed,
 * compiled, and loaded together with all others of ours by a loader of their own.
 */
final class SwitchedOff extends URLClassLoader {

  /** A class of every part of ours that a simulation needs. */
  private static final List<Class<?>> PARTS =
      List.of(
          Coord.class,
          Mutex.class,
          Election.class,
          Queue.class,
          Barrier.class,
          Stm.class,
          SimulatedEtcd.class,
          Primitive.class,
          SwitchedOff.class);

  private SwitchedOff(List<URL> urls) {
    super(urls.toArray(URL[]::new), SwitchedOff.class.getClassLoader());
  }

  /** The library as it is. */
  static SwitchedOff nothing() {
    return new SwitchedOff(parts());
  }

  /**
   * The library with a change in one file.
   *
   * @param source the file, from the project's root
   * @param snippet what is replaced; it must be there exactly once
   * @param replacement what comes in its place
   * @param folder where the changed class goes
   */
  static SwitchedOff in(Path source, String snippet, String replacement, Path folder)
      throws IOException {
    String text = Files.readString(Path.of("..").resolve(source));
    assertThat(text.split(Pattern.quote(snippet), -1).length - 1)
        .as("how often %s has this, to be switched off: %s", source, snippet)
        .isEqualTo(1);
    Path changed = Files.createDirectories(folder.resolve("source")).resolve(source.getFileName());
    Files.writeString(changed, text.replace(snippet, replacement));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(changed, classes);
    List<URL> urls = new ArrayList<>();
    urls.add(url(classes));
    urls.addAll(parts());
    return new SwitchedOff(urls);
  }

  private static void compile(Path source, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    String path =
        PARTS.stream().map(SwitchedOff::locationOf).collect(Collectors.joining(File.pathSeparator))
            + File.pathSeparator
            + System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("surefire.test.class.path", "");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-nowarn", "-cp", path, "-d", classes.toString()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertThat(compiled).as("compiled %s: %s", source, messages).isTrue();
    }
  }

  private static String locationOf(Class<?> part) {
    return Path.of(URI.create(part.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  private static List<URL> parts() {
    return PARTS.stream().map(SwitchedOff::locationOf).map(Path::of).map(SwitchedOff::url).toList();
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All of ours is loaded here, so that the changed class is the one that the others find. */
  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("io.coord.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : findClass(name);
    }
  }

  /** Runs a class of the tests inside of this copy. */
  @SuppressWarnings("unchecked")
  String run(Class<? extends Function<String, String>> task, String argument)
      throws ReflectiveOperationException {
    Function<String, String> copy =
        (Function<String, String>) loadClass(task.getName()).getDeclaredConstructor().newInstance();
    return copy.apply(argument);
  }
}
