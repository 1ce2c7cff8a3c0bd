"""The rule for passphrases: set by an owner, warned about, shown and enforced wherever one is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.strength import PassphraseRule
from borg_triage.storage.vault import Vault
from borg_triage.ui.pages import logbook
from borg_triage.ui.widgets.new_passphrase import NewPassphrase
from tests.ui.conftest import PASSPHRASE, WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import (
    COLLEAGUE,
    NEW,
    THEIRS,
    add_colleague,
    care,
    done,
    fill_new,
    lock,
    make_vault,
    open_as,
    page_of,
    recovering,
)

# Strong, and of 11 and 22 characters.
SHORT = "kwast#Vijl9"
FAIR = "amsterdamrotterdam2026"


def set_rule(hand: Hand, length: str, score: int = 2) -> None:
    rule = page_of(hand).rule
    hand.click(rule.change)
    assert rule.length.hasFocus()
    rule.length.setText(length)
    hand.click(rule.score.options[str(score)])
    hand.click(rule.save)


def types(new: NewPassphrase, passphrase: str) -> None:
    for line in (new.first.line, new.again.line):
        line.setText(passphrase)


def rules_logged(session: Session) -> list[dict[str, object]]:
    entries = session.vault.log.entries()
    return [dict(entry.detail) for entry in entries if entry.action == "passphrase_rule_changed"]


def test_an_owner_asks_more_and_it_holds_for_a_new_colleague(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    page = care(hand)
    assert hand.shows("minstens 14 tekens en is minstens matig sterk", page.rule)
    assert hand.shows("vanaf nu", page.rule)
    set_rule(hand, "20", 4)
    page = page_of(hand)
    assert page.done is not None
    assert hand.shows("minstens 20 tekens en is minstens heel sterk", page.rule)
    assert session.vault.passphrase_rule == PassphraseRule(20, 4)

    people = page.people
    hand.click(people.add_button)
    asked = f"{hand.t('unlock.passphrase.rule', minimum=20)} " + hand.t(
        "passphrase.rule", strength=hand.t("passphrase.rule.strength.4")
    )
    assert hand.shows(asked, people.form)
    assert people.form.new.first.line.accessibleDescription() == asked
    people.form.person.setText(COLLEAGUE)
    types(people.form.new, "kort en krachtig zo")
    people.form.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.form.submit)
    done(hand, qtbot)
    assert people.told.text == hand.t("vault.error.passphrase_short", minimum=20)
    types(people.form.new, FAIR)
    qtbot.waitUntil(lambda: people.form.new.meter.score is not None, timeout=30_000)
    assert hand.shows(hand.t("passphrase.strength.not_here"), people.form.new.meter)
    people.form.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.form.submit)
    done(hand, qtbot)
    assert people.told.text == hand.t("vault.error.passphrase_weak")
    assert len(session.vault.people.all()) == 1
    types(people.form.new, THEIRS)
    people.form.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.form.submit)
    done(hand, qtbot)
    assert [person.name for person in session.vault.people.all()] == [WORKER, COLLEAGUE]

    assert rules_logged(session) == [{"length": 20, "score": 4}]
    hand.go("logbook")
    log = hand.window.page
    assert isinstance(log, logbook.Page)
    assert hand.shows(hand.t("log.did.passphrase_rule_changed", who=WORKER, length=20, score=4), log)


def test_it_holds_when_one_changes_ones_own_and_old_ones_still_open(hand: Hand, qtbot: QtBot) -> None:
    path = hand.session().vault.path
    care(hand)
    set_rule(hand, "30")
    part = page_of(hand).passphrase
    hand.click(part.change)
    assert hand.shows(hand.t("unlock.passphrase.rule", minimum=30), part)
    part.old.line.setText(PASSPHRASE)
    types(part.new, NEW[:29])
    hand.click(part.submit)
    done(hand, qtbot)
    assert part.told.text == hand.t("vault.error.passphrase_short", minimum=30)
    longer = f"{NEW} gordijn"
    types(part.new, longer)
    hand.click(part.submit)
    done(hand, qtbot)
    assert hand.shows(hand.t("care.passphrase.done"))
    lock(hand)
    Vault.open(path, longer, WORKER).close()


def test_it_holds_at_recovery_and_is_told_there(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    path = make_vault(tmp_path)
    with Vault.open(path, PASSPHRASE, WORKER) as vault:
        (words,) = vault.make_recovery(1, 1)
        vault.set_passphrase_rule(PassphraseRule(28, 3))
    hand.go("recover", file=str(path))
    page = recovering(hand)
    assert hand.shows(hand.t("recovery.enter.rule"), page)
    page.shares[0].edit.setPlainText(words)
    page.worker.setText(WORKER)
    fill_new(hand, NEW[:20])
    hand.click(page.submit)
    done(hand, qtbot)
    assert page.fault.text == hand.t("vault.error.passphrase_short", minimum=28)
    assert hand.shows(hand.t("unlock.passphrase.rule", minimum=28), page.new)
    assert page.new.first.line.hasFocus()
    fill_new(hand, NEW)
    hand.click(page.submit)
    done(hand, qtbot)
    assert hand.window.context.session is not None


def test_a_rule_that_asks_less_than_usual_is_warned_about(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    care(hand)
    set_rule(hand, "10")
    part = page_of(hand).rule
    assert part.asking.sure is not None
    for line in ("usual", "stolen", "stays"):
        assert hand.shows(hand.t(f"care.rule.sure.{line}", usual=14), part)
    assert part.asking.sure.back.hasFocus()
    assert session.vault.passphrase_rule == PassphraseRule()
    # What is asked is about ten characters, and no other number.
    part.length.setText("11")
    assert part.asking.sure is None
    part.length.setFocus()
    hand.press(Qt.Key.Key_Return)
    assert part.asking.sure is not None
    hand.click(part.asking.sure.go_on)
    assert session.vault.passphrase_rule == PassphraseRule(11)
    page = page_of(hand)
    assert hand.shows(hand.t("care.rule.is_weak", usual=14), page.rule)
    people = page.people
    hand.click(people.add_button)
    people.form.person.setText(COLLEAGUE)
    types(people.form.new, SHORT)
    people.form.confirm.field.line.setText(PASSPHRASE)
    hand.click(people.form.submit)
    done(hand, qtbot)
    assert len(session.vault.people.all()) == 2
    set_rule(hand, "14")
    assert not hand.shows(hand.t("care.rule.is_weak", usual=14))
    assert [one["length"] for one in rules_logged(session)] == [11, 14]


@pytest.mark.parametrize("length", ["7", "65", "", "veel", "-20"])
def test_a_rule_that_cannot_be_is_refused_in_words(hand: Hand, length: str) -> None:
    session = hand.session()
    care(hand)
    set_rule(hand, length)
    part = page_of(hand).rule
    assert part.told.text == hand.t("care.rule.error.length", least=8, most=64)
    assert part.length.hasFocus()
    assert session.vault.passphrase_rule == PassphraseRule()
    assert rules_logged(session) == []


def test_thinking_better_of_it_changes_nothing(hand: Hand) -> None:
    session = hand.session()
    part = care(hand).rule
    set_rule(hand, "9")
    assert part.asking.sure is not None
    hand.press(Qt.Key.Key_Space)
    assert part.save.hasFocus()
    hand.press(Qt.Key.Key_Tab)
    hand.press(Qt.Key.Key_Space)
    assert part.change.hasFocus()
    assert not part.form.isVisible()
    assert rules_logged(session) == []


def test_a_member_reads_the_rule_and_whom_to_ask(hand: Hand, qtbot: QtBot) -> None:
    hand.session()
    care(hand)
    add_colleague(hand, qtbot)
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    part = care(hand).rule
    assert hand.shows(hand.t("care.rule.owners_only", owners=WORKER), part)
    assert hand.shows("minstens 14 tekens", part)
    assert not hasattr(part, "change")


@pytest.mark.parametrize(
    ("language", "zoom", "width"), [("nl", 200, 1366), ("en", 200, 1366), ("nl", 100, 420), ("en", 100, 420)]
)
def test_nothing_is_cut_off_and_everything_has_words(
    make_hand: MakeHand, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.window.resize(width, 768)
    session = hand.session()
    session.vault.add_person(COLLEAGUE, THEIRS, cost=Cost.floor())
    session.vault.set_passphrase_rule(PassphraseRule(12, 4))
    hand.go("vault")
    hand.click(page_of(hand).passphrase.change)
    set_rule(hand, "10", 3)
    for _ in range(3):
        hand.settle()
    page = page_of(hand)
    assert page.rule.asking.sure is not None
    assert cut_off(page) == []
    assert unnamed(page) == []
    assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]
