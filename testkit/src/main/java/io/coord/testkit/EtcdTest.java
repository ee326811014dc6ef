package io.coord.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a real etcd cluster.
 *
 * <pre>{@code
 * @EtcdTest(members = 3)
 * class OrdersIT {
 *   @Test
 *   void lock_leaderKilled_waiterGetsIt(EtcdCluster cluster) { ... }
 * }
 * }</pre>
 *
 * <p>Constructors, test methods and lifecycle methods may have a parameter of type {@link
 * EtcdCluster}. Tests of one class share the cluster, and classes that ask for the same number of
 * members and the same flags share it one after the other, so that a run starts few. Classes that
 * run at the same time get a cluster each; tests of one class that run at the same time share
 * theirs, which only makes sense with {@link Cleaning#BEFORE_CLASS}. All clusters are closed at the
 * end of the run.
 *
 * <p>Before it is given out the cluster is healed and emptied; see {@link #cleaning()}. What runs
 * it is told by the environment:
 *
 * <ul>
 *   <li>{@code COORD_ENDPOINTS} (comma-separated) names a cluster of the user's, which has to be
 *       empty and in which everything is deleted between tests. Tests that make faults are skipped.
 *   <li>The system property {@code coord.etcd} is {@code docker} or {@code process}. If that is not
 *       to be had, tests fail.
 *   <li>Without both: Docker if an engine answers and has or can get the image, else processes of
 *       an etcd that is found by {@link EtcdBinaries#find()}. The log says which, and why.
 *   <li>The system property {@code coord.etcd.version}, else {@code COORD_ETCD_VERSION}, asks for a
 *       version of etcd: a series such as {@code 3.4}, or one release.
 * </ul>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.ANNOTATION_TYPE})
@ExtendWith(EtcdExtension.class)
public @interface EtcdTest {

  /**
   * How many members.
   *
   * @return from 1 to 9
   */
  int members() default 1;

  /**
   * Further command line flags of etcd, such as {@code --max-txn-ops=1024}.
   *
   * @return whole flags
   */
  String[] flags() default {};

  /**
   * When the cluster is healed and emptied of keys and leases.
   *
   * @return the moment
   */
  Cleaning cleaning() default Cleaning.BEFORE_EACH;

  /** When a cluster is healed and emptied. */
  enum Cleaning {
    /** Before the class and before each test, ahead of the class' own {@code @BeforeEach}. */
    BEFORE_EACH,
    /** Before the class only, for classes whose tests share what they keep in etcd. */
    BEFORE_CLASS
  }
}
