package io.coord.it.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;

/** What the library never does. */
@AnalyzeClasses(packages = "io.coord", importOptions = Library.class)
final class HabitsTest {

  /** Ways to ask what time of day it is, which jumps. */
  private static final Set<String> WALL_CLOCK =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.time.Instant.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.util.Date.<init>");

  private static final Set<String> SLEEP =
      Set.of(
          "java.lang.Thread.sleep",
          "java.util.concurrent.TimeUnit.sleep",
          "java.util.concurrent.locks.LockSupport.parkNanos",
          "java.util.concurrent.locks.LockSupport.parkUntil");

  private static final Set<String> CONSOLE =
      Set.of("java.lang.System.out", "java.lang.System.err", "java.lang.Throwable.printStackTrace");

  /**
   * The store gives the time of day for signatures, which tell people since when somebody stands in
   * a line; nothing is computed from it.
   */
  @ArchTest
  static final ArchRule intervals_areNotMeasuredOnTheWallClock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.coord.core.internal.grpc.StoreThread")
          .should()
          .accessTargetWhere(anyOf(WALL_CLOCK));

  @ArchTest
  static final ArchRule threads_areNotPutToSleep =
      noClasses().should().accessTargetWhere(anyOf(SLEEP));

  @ArchTest
  static final ArchRule messages_goThroughTheLogOnly =
      noClasses().should().accessTargetWhere(anyOf(CONSOLE));

  @ArchTest
  static final ArchRule names_sayWhatAClassIs =
      noClasses().should().haveNameMatching(".*(Utils?|Helpers?)(\\$.*)?");

  /**
   * To ask for the number of a session's lease counts as giving it away, and then a lost session
   * does not revoke it: the library asks {@code LeaseSession.lease()}.
   */
  @ArchTest
  static final ArchRule leases_areAskedForByUsersOnly =
      noClasses().should().accessTargetWhere(anyOf(Set.of("io.coord.core.Session.leaseId")));

  /** Matches members by "class.name", also when they are reached through a subclass. */
  private static DescribedPredicate<JavaAccess<?>> anyOf(Set<String> members) {
    return describe(
        "the target is one of " + List.copyOf(members),
        access -> members.stream().anyMatch(member -> isOrInherits(access.getTarget(), member)));
  }

  private static boolean isOrInherits(AccessTarget target, String member) {
    int dot = member.lastIndexOf('.');
    return target.getName().equals(member.substring(dot + 1))
        && target.getOwner().isAssignableTo(member.substring(0, dot));
  }
}
