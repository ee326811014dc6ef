package io.coord.testkit;

import io.coord.testkit.internal.junit.ClusterPool;
import io.coord.testkit.internal.junit.ClusterShape;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link EtcdTest} does; classes use the annotation. */
public final class EtcdExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(EtcdExtension.class);

  /** A cluster in the hands of one class, and of the classes nested in it. */
  private record Loan(EtcdCluster cluster, ClusterShape shape, EtcdTest.Cleaning cleaning) {}

  /** Made by JUnit. */
  public EtcdExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<EtcdTest> wanted =
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), EtcdTest.class);
    if (wanted.isEmpty()) {
      return;
    }
    ClusterShape shape = new ClusterShape(wanted.get().members(), List.of(wanted.get().flags()));
    EtcdCluster cluster = pool(context).take(shape);
    context.getStore(NAMESPACE).put(Loan.class, new Loan(cluster, shape, wanted.get().cleaning()));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Loan loan = loan(context);
    if (loan.cleaning == EtcdTest.Cleaning.BEFORE_EACH) {
      loan.cluster.heal();
      loan.cluster.deleteEverything();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Loan own = context.getStore(NAMESPACE).remove(Loan.class, Loan.class);
    if (own != null) {
      pool(context).giveBack(own.shape, own.cluster);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == EtcdCluster.class;
  }

  @Override
  public EtcdCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return loan(context).cluster;
  }

  private static Loan loan(ExtensionContext context) {
    Loan loan = context.getStore(NAMESPACE).get(Loan.class, Loan.class);
    if (loan == null) {
      throw new ExtensionConfigurationException(
          context.getDisplayName() + " has no @EtcdTest on its class, nor on a class around it");
    }
    return loan;
  }

  private static ClusterPool pool(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(ClusterPool.class, key -> new ClusterPool(), ClusterPool.class);
  }
}
