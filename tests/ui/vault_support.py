"""Hands for the windows of a vault: making one, opening it, its own page, and the ways back in."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from borg_triage.app.session import Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui.pages import (
    cases,
    unlock,
    unlock_kit,
    unlock_make,
    unlock_recover,
    unlock_restore,
    vault_care,
)
from tests.copies import lay_copy
from tests.ui.conftest import PASSPHRASE, WORKER, Hand

COLLEAGUE = "J. Bakker"
THEIRS = "fiets dorp kraan zesde mosterd"
NEW = "tulp anker zolder kwast negen"


def opening(hand: Hand) -> unlock.OpenPage:
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    return page


def making(hand: Hand) -> unlock_make.MakePage:
    page = hand.window.page
    assert isinstance(page, unlock_make.MakePage)
    return page


def kit(hand: Hand) -> unlock_kit.Page:
    page = hand.window.page
    assert isinstance(page, unlock_kit.Page)
    return page


def page_of(hand: Hand) -> vault_care.Page:
    page = hand.window.page
    assert isinstance(page, vault_care.Page)
    return page


def recovering(hand: Hand) -> unlock_recover.Page:
    page = hand.window.page
    assert isinstance(page, unlock_recover.Page)
    return page


def restoring(hand: Hand) -> unlock_restore.Page:
    page = hand.window.page
    assert isinstance(page, unlock_restore.Page)
    return page


def wait_for(hand: Hand, qtbot: QtBot, kind: type) -> None:
    qtbot.waitUntil(lambda: isinstance(hand.window.page, kind), timeout=30_000)
    hand.settle()


def done(hand: Hand, qtbot: QtBot) -> None:
    """Wait until the window takes input again."""
    qtbot.waitUntil(hand.window.isEnabled, timeout=60_000)
    hand.settle()


def wait_for_words(hand: Hand, qtbot: QtBot) -> str:
    """What the form says, once the window takes input again."""
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage | unlock_make.MakePage)
    qtbot.waitUntil(lambda: bool(page.fault.text) and hand.window.isEnabled(), timeout=30_000)
    hand.settle()
    return page.fault.text


def make_vault(folder: Path) -> Path:
    """A vault that WORKER made, locked."""
    return folder / lay_copy(folder, _make_vault)


def _make_vault(folder: Path) -> str:
    path = folder / "team.borgvault"
    Session.create(path, PASSPHRASE, WORKER, cost=Cost.floor()).close()
    return path.name


def try_to_open(hand: Hand, qtbot: QtBot, name: str, passphrase: str) -> None:
    page = opening(hand)
    page.worker.setText(name)
    page.passphrase.line.setText(passphrase)
    hand.click(page.submit)
    qtbot.waitUntil(hand.window.isEnabled, timeout=30_000)
    hand.settle()


def type_new(hand: Hand, passphrase: str, again: str | None = None) -> None:
    new = making(hand).new
    new.first.line.setText(passphrase)
    new.again.line.setText(passphrase if again is None else again)


def to_passphrase(hand: Hand) -> None:
    page = making(hand)
    page.worker.setText(WORKER)
    hand.click(page.submit)
    assert making(hand).step == "passphrase"


def made(hand: Hand, qtbot: QtBot, choice: str = "two_of_three") -> tuple[str, ...]:
    """A vault made up to the words of its sheets."""
    to_passphrase(hand)
    type_new(hand, PASSPHRASE)
    hand.click(making(hand).submit)
    wait_for(hand, qtbot, unlock_kit.Page)
    hand.click(kit(hand).choice.options[choice])
    hand.click(kit(hand).go_on)
    qtbot.waitUntil(lambda: kit(hand).step == "words", timeout=30_000)
    hand.settle()
    return kit(hand).kit.sheets


def read_sheets(hand: Hand) -> None:
    while kit(hand).step == "words":
        words = kit(hand).kit.words(kit(hand).place)
        assert [text for text in hand.texts(kit(hand).sheet.words) if not text.isdecimal()] == list(words)
        hand.click(kit(hand).go_on)


def type_back(hand: Hand) -> None:
    page = kit(hand)
    for number, asked in enumerate(page.asked):
        for place, line in asked.lines.items():
            line.setText(f" {page.kit.words(number)[place - 1].upper()} ")


def open_as(hand: Hand, qtbot: QtBot, name: str, passphrase: str) -> None:
    page = hand.window.page
    assert isinstance(page, unlock.OpenPage)
    page.worker.setText(name)
    page.passphrase.line.setText(passphrase)
    hand.click(page.submit)
    done(hand, qtbot)


def is_open(hand: Hand) -> bool:
    return hand.window.context.session is not None


def lock(hand: Hand) -> None:
    hand.click(hand.window.header.lock)
    assert isinstance(hand.window.page, unlock.OpenPage)


def care(hand: Hand) -> vault_care.Page:
    """From the list of cases to the vault's page, as one goes there."""
    page = hand.window.page
    assert isinstance(page, cases.Page)
    hand.click(page.vault)
    return page_of(hand)


def add_colleague(hand: Hand, qtbot: QtBot, name: str = COLLEAGUE, role: str = "member") -> None:
    people = page_of(hand).people
    hand.click(people.add_button)
    form = people.form
    form.person.setText(name)
    hand.click(form.role.options[role])
    form.new.first.line.setText(THEIRS)
    form.new.again.line.setText(THEIRS)
    form.confirm.field.line.setText(PASSPHRASE)
    hand.click(form.submit)
    done(hand, qtbot)


def fill_new(hand: Hand, passphrase: str) -> None:
    new = recovering(hand).new
    new.first.line.setText(passphrase)
    new.again.line.setText(passphrase)


def make_kit(hand: Hand, qtbot: QtBot, choice: str = "two_of_three") -> tuple[str, ...]:
    """All steps of the recovery sheets, from the choice to the words typed back."""

    def page() -> unlock_kit.Page:
        shown = hand.window.page
        assert isinstance(shown, unlock_kit.Page)
        return shown

    hand.click(page().choice.options[choice])
    confirm = page().confirm
    if confirm is not None:
        confirm.field.line.setText(PASSPHRASE)
    hand.click(page().go_on)
    qtbot.waitUntil(lambda: page().step == "words", timeout=30_000)
    hand.settle()
    sheets = page().kit.sheets
    while page().step == "words":
        hand.click(page().go_on)
    for number, asked in enumerate(page().asked):
        for place, line in asked.lines.items():
            line.setText(page().kit.words(number)[place - 1])
    hand.click(page().go_on)
    hand.settle()
    return sheets


def people_of(hand: Hand) -> list[str]:
    return [row.person.name for row in page_of(hand).people.rows]
