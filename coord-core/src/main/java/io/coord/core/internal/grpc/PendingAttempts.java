package io.coord.core.internal.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The attempts on a connection that are not answered yet, oldest first. */
final class PendingAttempts {

  private final Alertness alertness;
  private @Nullable Attempt<?, ?> oldest;
  private @Nullable Attempt<?, ?> newest;

  PendingAttempts(Alertness alertness) {
    this.alertness = alertness;
  }

  void add(Attempt<?, ?> attempt) {
    alertness.answerDue();
    Attempt<?, ?> last = newest;
    if (last == null) {
      oldest = attempt;
    } else {
      last.after = attempt;
      attempt.before = last;
    }
    newest = attempt;
  }

  /** Takes an attempt out that is in. */
  void remove(Attempt<?, ?> attempt) {
    alertness.answerDueNoMore();
    Attempt<?, ?> before = attempt.before;
    Attempt<?, ?> after = attempt.after;
    if (before == null) {
      oldest = after;
    } else {
      before.after = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.before = before;
    }
    attempt.before = null;
    attempt.after = null;
  }

  boolean isEmpty() {
    return oldest == null;
  }

  @Nullable Attempt<?, ?> oldest() {
    return oldest;
  }

  List<Attempt<?, ?>> matching(Predicate<Attempt<?, ?>> condition) {
    List<Attempt<?, ?>> found = List.of();
    for (Attempt<?, ?> a = oldest; a != null; a = a.after) {
      if (condition.test(a)) {
        if (found.isEmpty()) {
          found = new ArrayList<>();
        }
        found.add(a);
      }
    }
    return found;
  }
}
