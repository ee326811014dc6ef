package io.coord.core.internal.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.coord.core.Bytes;
import io.coord.core.internal.store.KeyValue;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LineViewTest {

  @Test
  void seenSinceOthersWent_oneThatWasLetGoWentLater_isTheSight() {
    view.snapshot(20, kvs(A, B));
    view.deletedAfterLettingGo(A.key(), 40);

    assertThat(view.checkedAt(B)).isZero();
    assertThat(view.seenSinceOthersWent(B)).isEqualTo(20);
  }

  @Test
  void seenSinceOthersWent_anotherWentLater_isNothing() {
    view.snapshot(30, kvs(A, B, C));
    view.deletedAfterLettingGo(B.key(), 40);
    view.deleted(A.key(), 41);

    assertThat(view.seenSinceOthersWent(C)).isZero();
  }

  @Test
  void deletedAfterLettingGo_reportedByTheWatchToo_isStillThatOfOneLetGo() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 40);
    view.deletedAfterLettingGo(A.key(), 40);
    view.deleted(A.key(), 40);

    assertThat(view.seenSinceOthersWent(B)).isEqualTo(20);
  }

  @Test
  void deletedAfterLettingGo_hadBeenDeletedBefore_countsAsAnyOther() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 40);
    view.deletedAfterLettingGo(A.key(), 45);

    assertThat(view.seenSinceOthersWent(B)).isZero();
  }

  private static final Entry A = entry("a", 10);
  private static final Entry B = entry("b", 20);
  private static final Entry C = entry("c", 30);

  private final LineView view = new LineView(Admission.FIRST, 2);

  @Test
  void snapshot_ofTheLine_isOrderedByCreateRevisionAndCoversItsRevision() {
    view.snapshot(30, kvs(C, A, B));

    assertThat(view.entries()).containsExactly(A, B, C);
    assertThat(view.knowsAllBefore(C)).isTrue();
    assertThat(view.checkedAt(A)).isEqualTo(30);
  }

  @Test
  void checkedAt_keyOfAnEarlierEntryDeletedTwice_mindsTheFirstDeletion() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 40);
    view.seen(new Entry(A.key(), 50), 50);
    view.deleted(A.key(), 60);

    assertThat(view.checkedAt(B)).isZero();
    view.seen(B, 61);
    assertThat(view.checkedAt(B)).isEqualTo(61);
  }

  @Test
  void checkedAt_keyOfAnEarlierEntryFoundPutAgain_mindsThatItWentInBetween() {
    view.snapshot(20, kvs(A, B));
    view.seen(new Entry(A.key(), 50), 50);

    assertThat(view.checkedAt(B)).isZero();
    view.seen(B, 49);
    assertThat(view.checkedAt(B)).isEqualTo(49);
  }

  @Test
  void seen_keyThatWasDeletedAndPutAgain_isAnotherEntry() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 40);
    Entry again = new Entry(A.key(), 50);
    view.seen(again, 50);
    view.seen(A, 20);

    assertThat(view.entries()).containsExactly(B, again);
  }

  @Test
  void snapshot_olderThanWhatIsKnown_changesNothing() {
    view.snapshot(30, kvs(C));
    view.snapshot(25, kvs(A, B));

    assertThat(view.entries()).containsExactly(C);
  }

  @Test
  void snapshot_thatOvertookADeletion_doesNotBringTheEntryBack() {
    view.deleted(A.key(), 40);
    view.snapshot(30, kvs(A, B));

    assertThat(view.entries()).containsExactly(B);
  }

  @Test
  void snapshot_withoutAKnownEntry_reportsItAsRemoved() {
    view.snapshot(20, kvs(A, B));
    view.snapshot(30, kvs(B));

    assertThat(view.takeRemoved()).containsExactly(A);
    assertThat(view.takeRemoved()).isEmpty();
  }

  @Test
  void snapshot_keepsEntriesThatWereCreatedLater() {
    view.seen(C, 30);
    view.snapshot(20, kvs(A));

    assertThat(view.entries()).containsExactly(A, C);
    assertThat(view.knowsAllBefore(C)).isFalse();
  }

  @Test
  void checkedAt_ownSightOlderThanThePredecessorsEnd_isNoCheck() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 50);

    assertThat(view.checkedAt(B)).isZero();

    view.seen(B, 50);

    assertThat(view.checkedAt(B)).isEqualTo(50);
  }

  @Test
  void checkedAt_someoneBehindWent_staysChecked() {
    view.snapshot(30, kvs(A, B));
    view.deleted(B.key(), 50);

    assertThat(view.checkedAt(A)).isEqualTo(30);
  }

  @Test
  void checkedAt_unknownKeyWentLater_isNoCheck() {
    view.snapshot(20, kvs(B));
    view.deleted(key("x"), 50);

    assertThat(view.checkedAt(B)).isZero();
  }

  @Test
  void deleted_beforeTheKeyWasCreatedAgain_leavesTheNewEntry() {
    Entry again = entry("a", 60);
    view.snapshot(60, kvs(again));
    view.deleted(A.key(), 50);

    assertThat(view.isAlive(again)).isTrue();
  }

  @Test
  void seen_sameKeyCreatedAgain_replacesTheOldEntry() {
    Entry again = entry("a", 60);
    view.snapshot(20, kvs(A, B));
    view.seen(again, 60);

    assertThat(view.entries()).containsExactly(B, again);
    assertThat(view.takeRemoved()).containsExactly(A);
  }

  @Test
  void seen_lateSightOfAnEntryThatIsGone_changesNothing() {
    view.snapshot(20, kvs(A, B));
    view.snapshot(30, kvs(B));
    view.seen(A, 10);

    assertThat(view.entries()).containsExactly(B);
  }

  @Test
  void advanceDeletions_alone_checksGrantsButCoversNobodyNew() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 40);
    view.advanceDeletions(40);
    view.seen(C, 30);

    assertThat(view.checkedAt(B)).isEqualTo(40);
    assertThat(view.knowsAllBefore(C)).isFalse();
  }

  @Test
  void advanceDeletions_beforeTheEntryThatWentIsSeen_keepsItGone() {
    view.snapshot(20, kvs(A, B));
    view.deleted(C.key(), 35);
    view.advanceDeletions(50);
    view.seen(C, 30);
    view.snapshot(32, kvs(A, B, C));

    assertThat(view.entries()).containsExactly(A, B);
  }

  @Test
  void advance_withTheWatch_makesEveryLivingEntrySeen() {
    view.snapshot(20, kvs(A, B));
    view.deleted(A.key(), 50);
    view.advance(50);

    assertThat(view.checkedAt(B)).isEqualTo(50);
  }

  @Test
  void entries_ofLinesWhoseNameBeginsAlike_doNotCount() {
    view.snapshot(30, kvs(A, entry("sub/x", 5)));
    view.seen(entry("sub/y", 35), 35);

    assertThat(view.entries()).containsExactly(A);
  }

  private static Bytes key(String name) {
    return Bytes.utf8("n/" + name);
  }

  private static Entry entry(String name, long createRevision) {
    return new Entry(key(name), createRevision);
  }

  private static List<KeyValue> kvs(Entry... entries) {
    return Stream.of(entries)
        .map(
            entry ->
                new KeyValue(
                    entry.key(), Bytes.EMPTY, entry.createRevision(), entry.createRevision(), 1, 7))
        .toList();
  }
}
