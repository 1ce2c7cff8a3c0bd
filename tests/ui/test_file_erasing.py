"""The file page by real clicks: erasing a case."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from borg_triage.storage.places import draft_path
from borg_triage.text.backup_names import backups_folder
from borg_triage.ui.pages import cases
from borg_triage.ui.widgets.basics import Notice
from tests.storage.refusals import undeletable
from tests.ui.conftest import Hand
from tests.ui.file_support import click, file_page, full_case


def test_a_case_is_erased_after_what_that_means(hand: Hand, qtbot: QtBot) -> None:
    case = full_case(hand)
    session = case.session
    page = file_page(hand)
    assert not page.erasing.sure.isVisible()
    click(hand, page.erasing.button)
    for line in ("goes", "stays", "outside", "no_way_back"):
        assert hand.shows(hand.t(f"file.erase.{line}"), page.erasing)
    assert page.erasing.sure.back.hasFocus()
    click(hand, page.erasing.sure.back)
    assert session.vault.cases.count() == 1
    click(hand, page.erasing.button)
    click(hand, page.erasing.sure.go_on)
    qtbot.waitUntil(lambda: isinstance(hand.window.page, cases.Page), timeout=20_000)
    hand.settle()
    assert hand.window.context.case is None
    assert hand.shows(hand.t("file.erase.done", name="Kastanje"))
    assert session.vault.cases.count() == 0
    assert session.vault.log.entries(case_id=case.id)[-1].action == "erase"
    assert session.vault.log.first_broken() is None


def test_an_erasing_that_is_not_finished_says_what_still_lies_where(hand: Hand, qtbot: QtBot) -> None:
    case = full_case(hand)
    vault = case.session.vault
    held = vault.backup().path
    # The copy of the file cannot be made, and this backup not be deleted.
    draft_path(vault.path).mkdir()
    with undeletable(held):
        page = file_page(hand)
        click(hand, page.erasing.button)
        click(hand, page.erasing.sure.go_on)
        qtbot.waitUntil(lambda: isinstance(hand.window.page, cases.Page), timeout=20_000)
        hand.settle()
        texts = hand.window.context.texts
        assert hand.shows(hand.t("file.erase.done", name="Kastanje"))
        lines = [
            hand.t("file.erase.unfinished.title"),
            hand.t("file.erase.unfinished"),
            hand.t("file.erase.unfinished.file"),
            texts.plural("file.erase.unfinished.held", 1),
            hand.t("file.erase.unfinished.page"),
        ]
        (notice,) = [n for n in hand.window.findChildren(Notice) if n.accessibleName() == lines[0]]
        # That and no more, each a paragraph: nobody is told to fill in again what was erased.
        assert [text for text in hand.texts(notice) if text] == lines
        hand.go("vault")
        assert hand.shows(hand.t("care.backups.erased_file"))
        draft_path(vault.path).rmdir()
        vault.finish_erasing()
        hand.go("vault")
        assert not hand.shows(hand.t("care.backups.erased_file.title"))
        assert hand.shows(hand.t("care.backups.erased_held.title"))
        assert hand.shows(held.name)
    vault.backup()
    hand.go("vault")
    assert not hand.shows(hand.t("care.backups.erased_held.title"))
    assert not held.exists()


def test_a_folder_of_backups_that_cannot_be_seen_is_not_said_to_be_empty(
    hand: Hand, qtbot: QtBot, tmp_path: Path
) -> None:
    case = full_case(hand)
    vault = case.session.vault
    # As a link to a share that is not there now.
    backups_folder(vault.path).symlink_to(tmp_path / "share")
    page = file_page(hand)
    click(hand, page.erasing.button)
    click(hand, page.erasing.sure.go_on)
    qtbot.waitUntil(lambda: isinstance(hand.window.page, cases.Page), timeout=20_000)
    hand.settle()
    lines = [hand.t(f"file.erase.unfinished{line}") for line in (".title", "", ".unlisted", ".page")]
    (notice,) = [n for n in hand.window.findChildren(Notice) if n.accessibleName() == lines[0]]
    assert [text for text in hand.texts(notice) if text] == lines
    hand.go("vault")
    assert hand.shows(hand.t("care.backups.unlisted"))
    assert not hand.shows(hand.t("care.backups.none"))
    (tmp_path / "share").mkdir()
    vault.finish_erasing()
    hand.go("vault")
    assert not hand.shows(hand.t("care.backups.unlisted"))
    assert hand.shows(hand.t("care.backups.none"))
