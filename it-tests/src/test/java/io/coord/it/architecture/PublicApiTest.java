package io.coord.it.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the public packages show. */
@AnalyzeClasses(packages = "io.coord", importOptions = Library.class)
final class PublicApiTest {

  /** All but the bridge to jetcd, which is there to show jetcd's types. */
  @ArchTest
  static final ArchRule publicSignatures_showNothingInternal =
      classes()
          .that()
          .resideInAPackage("io.coord..")
          .and()
          .resideOutsideOfPackages("..internal..", "io.coord.core.jetcd")
          .should(new ShowOnlyPublicTypes());
}
