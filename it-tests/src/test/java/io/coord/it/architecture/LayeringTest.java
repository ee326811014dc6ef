package io.coord.it.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.coord.core.CoordBuilder;
import io.coord.core.internal.CoordRuntime;
import java.util.Arrays;

/** Who may know whom. */
@AnalyzeClasses(packages = "io.coord", importOptions = Library.class)
final class LayeringTest {

  @ArchTest
  static final ArchRule transport_isKnownToTheGrpcStoreOnly =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.coord.core.internal.grpc", "io.coord.core.jetcd")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.grpc..", "io.etcd..", "com.google.protobuf..", "com.google.common..");

  @ArchTest
  static final ArchRule jetcdBridge_knowsJetcdButNotGrpc =
      noClasses()
          .that()
          .resideInAPackage("io.coord.core.jetcd..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google.protobuf..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule grpcStore_isMadeByTheConnectionOnly =
      classes()
          .that()
          .resideInAPackage("io.coord.core.internal.grpc")
          .should()
          .onlyHaveDependentClassesThat(
              resideInAPackage("io.coord.core.internal.grpc").or(equivalentTo(CoordRuntime.class)));

  @ArchTest
  static final ArchRule core_knowsNoPrimitive =
      noClasses()
          .that()
          .resideInAPackage(Library.CORE + "..")
          .should()
          .dependOnClassesThat(resideInAPackage("io.coord..").and(not(within(Library.CORE))));

  @ArchTest
  static void primitive_knowsTheCoreAndNoOtherPrimitive(JavaClasses library) {
    for (String primitive : Library.PRIMITIVES) {
      noClasses()
          .that()
          .resideInAPackage(primitive + "..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.coord..").and(not(within(Library.CORE, primitive))))
          .allowEmptyShould(true)
          .check(library);
    }
  }

  /**
   * {@link CoordBuilder#connect()} makes the connection, so the API and its implementation know
   * each other. That is all the API knows.
   */
  @ArchTest
  static final ArchRule apiOfTheCore_knowsItsImplementationInTheBuilderOnly =
      noClasses()
          .that()
          .resideInAPackage(Library.CORE)
          .and()
          .doNotBelongToAnyOf(CoordBuilder.class)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.coord.core.internal..");

  /**
   * {@link CoordRuntime} puts the house together, so it makes the store, the sessions and the
   * lines, and these know the runtime that they belong to. Without what it reaches, the packages
   * behind the API form no cycle.
   */
  @ArchTest
  static final ArchRule packagesBehindTheApi_formNoCycle =
      slices()
          .matching("io.coord.core.(internal..)")
          .should()
          .beFreeOfCycles()
          .ignoreDependency(equivalentTo(CoordRuntime.class), alwaysTrue());

  @ArchTest
  static void packagesOfPrimitives_formNoCycle(JavaClasses library) {
    for (String primitive : Library.PRIMITIVES) {
      slices()
          .matching(primitive + ".internal.(**)")
          .should()
          .beFreeOfCycles()
          .allowEmptyShould(true)
          .check(library);
    }
  }

  private static DescribedPredicate<JavaClass> within(String... modules) {
    return resideInAnyPackage(
        Arrays.stream(modules).map(module -> module + "..").toArray(String[]::new));
  }
}
