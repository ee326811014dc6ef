package io.coord.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the modules are made of, by their sources: some are not on this class path. */
final class ModulesTest {

  private static final Path SOURCES = Path.of("src", "main", "java");

  @Test
  void packages_ofAllModules_areNotSplit() throws IOException {
    Map<String, TreeSet<String>> modulesByPackage = new TreeMap<>();
    for (Path module : modules()) {
      for (String name : packagesOf(module)) {
        modulesByPackage
            .computeIfAbsent(name, absent -> new TreeSet<>())
            .add(module.getFileName().toString());
      }
    }

    assertThat(modulesByPackage).containsKeys("io.coord.core", "io.coord.stm", "io.coord.cli");
    modulesByPackage.values().removeIf(modules -> modules.size() == 1);
    assertThat(modulesByPackage).as("packages that lie in more than one module").isEmpty();
  }

  @Test
  void module_ofALibrary_hasOnePublicPackage() throws IOException {
    for (Path module : modules()) {
      String name = module.getFileName().toString();
      String own = name.equals("coord-core") ? Library.CORE : "io.coord." + name;
      if (own.equals(Library.CORE) || Library.PRIMITIVES.contains(own)) {
        assertThat(packagesOf(module))
            .as("packages of the module %s", name)
            .allMatch(
                found ->
                    found.equals(own)
                        || found.startsWith(own + ".internal")
                        || found.equals(Library.CORE + ".jetcd"));
      }
    }
  }

  @Test
  void sources_ofAllModules_lieWhereTheyAreCompiled() throws IOException {
    for (Path module : modules()) {
      Path sources = module.resolve("src");
      if (Files.isDirectory(sources)) {
        assertThat(javaFilesIn(sources))
            .allMatch(file -> file.startsWith("main/java") || file.startsWith("test/java"));
      }
    }
  }

  private static List<Path> modules() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).toList();
    }
  }

  private static List<String> packagesOf(Path module) throws IOException {
    Path sources = module.resolve(SOURCES);
    if (!Files.isDirectory(sources)) {
      return List.of();
    }
    return javaFilesIn(sources).stream()
        .map(file -> file.getParent().toString().replace('/', '.').replace('\\', '.'))
        .distinct()
        .toList();
  }

  private static List<Path> javaFilesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(folder::relativize)
          .toList();
    }
  }
}
