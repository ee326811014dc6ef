package io.coord.it.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks at every type that a user's compiler meets: supertypes, type parameters, and the types of
 * public and protected fields, constructors and methods, with their arguments and exceptions.
 */
final class ShowOnlyPublicTypes extends ArchCondition<JavaClass> {

  private static final Set<String> TRANSPORT =
      Set.of("io.grpc.", "io.etcd.", "com.google.protobuf.", "com.google.common.");

  ShowOnlyPublicTypes() {
    super("show only public types of Coord and of the JDK");
  }

  @Override
  public void check(JavaClass shown, ConditionEvents events) {
    if (!isVisible(shown)) {
      return;
    }
    Stream.concat(
            shown.getSuperclass().stream(),
            Stream.concat(shown.getInterfaces().stream(), shown.getTypeParameters().stream()))
        .forEach(type -> report(shown.getDescription(), shown, type, events));
    for (JavaMember member : shown.getMembers()) {
      if (isVisible(member)) {
        typesOf(member).forEach(type -> report(member.getDescription(), shown, type, events));
      }
    }
  }

  private static Stream<? extends JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.of(
            Stream.of(unit.getReturnType()),
            unit.getParameterTypes().stream(),
            unit.getTypeParameters().stream(),
            unit.getExceptionTypes().stream())
        .flatMap(types -> types);
  }

  private static void report(String where, JavaClass owner, JavaType type, ConditionEvents events) {
    type.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .filter(ShowOnlyPublicTypes::isHidden)
        .forEach(
            hidden ->
                events.add(
                    SimpleConditionEvent.violated(owner, where + " shows " + hidden.getName())));
  }

  private static boolean isHidden(JavaClass type) {
    return type.getPackageName().contains(".internal")
        || TRANSPORT.stream().anyMatch(type.getName()::startsWith);
  }

  private static boolean isVisible(JavaClass type) {
    return isVisible((HasModifiers) type)
        && type.getEnclosingClass().map(ShowOnlyPublicTypes::isVisible).orElse(true);
  }

  private static boolean isVisible(HasModifiers member) {
    Collection<JavaModifier> modifiers = member.getModifiers();
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }
}
