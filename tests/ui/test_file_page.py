"""The file page by real clicks: how long a case stays, and copies of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PasswordType, PdfReader
from pytestqt.qtbot import QtBot

from borg_triage.app import case_care
from borg_triage.app.log_text import sentence
from borg_triage.app.saving import Nothing
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.ui.pages import cases, due, file, handover
from borg_triage.ui.widgets import due_notice
from borg_triage.ui.widgets.sealed_saving import SealedSaving
from tests.handing_over import NOTHING
from tests.ui.conftest import Hand, MakeHand
from tests.ui.file_support import click, file_page, full_case, page_of
from tests.ui.outcome_support import cut_off, unnamed

# ---------------------------------------------------------------- how long it stays


def test_the_term_is_said_with_its_source(hand: Hand) -> None:
    hand.case("police")
    page = file_page(hand)
    for text in (
        "20 november 2036",
        "10 jaar",
        "20 november 2031",
        "Wet politiegegevens, artikel 14",
        hand.t("retention.status.confirmed"),
        "30 dagen",
    ):
        assert hand.shows(text, page.keeping), text


def test_a_case_is_closed_held_and_made_a_working_copy(hand: Hand) -> None:
    case = hand.case("shelter")
    retention = case.session.vault.retention
    page = file_page(hand)
    assert hand.shows(hand.t("retention.why.not_started"), page.keeping)
    click(hand, page.keeping.buttons["close"])
    page = page_of(hand)
    assert page.done is not None
    assert hand.shows("20 november 2041", page.keeping)
    assert retention.clock(case.id).closed_at == hand.clock.now
    click(hand, page.keeping.buttons["reopen"])
    assert retention.clock(case.id).closed_at is None
    page = page_of(hand)
    click(hand, page.keeping.buttons["copy.turn_on"])
    page = page_of(hand)
    assert hand.shows("90 dagen", page.keeping)
    click(hand, page.keeping.buttons["hold"])
    click(hand, page.keeping.hold)
    assert page.keeping.hold_told.text == hand.t("file.keeping.hold.error")
    page.keeping.reason.setFocus()
    hand.write("er loopt een klacht")
    click(hand, page.keeping.hold)
    page = page_of(hand)
    assert hand.shows("er loopt een klacht", page.keeping)
    assert hand.shows(hand.t("file.erase.held"), page.erasing)
    click(hand, page.keeping.buttons["let_go"])
    kept = retention.get(case.id)
    assert kept is not None
    assert (kept.hold_reason, kept.working_copy) == ("", True)


def test_an_arrival_is_confirmed_and_the_working_copy_comes_due(hand: Hand) -> None:
    case = full_case(hand)
    case.hand_over("Veilig Thuis", encrypted=True, paper="veilig_thuis", withheld=NOTHING, lay=Nothing)
    hand.go("handover")
    shown = hand.window.page
    assert isinstance(shown, handover.Page)
    assert shown.arrived is not None
    assert shown.arrived.confirm is not None
    click(hand, shown.arrived.confirm)
    assert case_care.confirmed_at(case) == hand.clock.now
    assert shown.arrived.confirm is None
    assert hand.shows("20 nov 2026", shown.arrived)
    hand.clock.pass_(days=31)
    hand.window.open_case(None)
    hand.settle()
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    assert listed.due.notice is not None
    assert hand.shows("Het programma wist binnenkort zelf 1 werkkopie", listed.due)
    click(hand, listed.due.show_them)
    found = hand.window.page
    assert isinstance(found, due.Page)
    assert [row.case.case_id for row in found.rows] == [case.id]
    # Nobody was told before: it goes tomorrow, not today.
    assert hand.shows("wist deze werkkopie op 22 december 2026", found)
    click(hand, found.rows[0].open)
    assert isinstance(hand.window.page, file.Page)


def test_the_list_says_how_many_files_reached_their_term(hand: Hand) -> None:
    session = hand.session()
    for name in ("Beuk", "Wilg", "Eik"):
        session.new_case(name, "shelter").close_case()
    session.new_case("Es", "shelter")
    hand.go("cases")
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert page.due.notice is None
    assert not page.due.isVisible()
    hand.clock.pass_(days=16 * 365)
    hand.go("cases")
    page = hand.window.page
    assert isinstance(page, cases.Page)
    assert hand.shows("3 zaken hebben hun bewaartermijn bereikt.", page.due)
    click(hand, page.due.show_them)
    found = hand.window.page
    assert isinstance(found, due.Page)
    assert {row.case.pseudonym for row in found.rows} == {"Beuk", "Wilg", "Eik", "Es"}
    click(hand, found.back)
    assert isinstance(hand.window.page, cases.Page)


def test_many_cases_are_read_while_the_window_lives_on(
    hand: Hand, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_notice, "_AT_ONCE", 0)
    session = hand.session()
    for number in range(30):
        session.new_case(f"Zaak {number}", "shelter").close_case()
    hand.clock.pass_(days=16 * 365)
    hand.window.go("cases")
    for _ in range(3):
        # Left at once, and back again: what was started then must not be lost, nor end the program.
        hand.window.go("cases", new=True)
        hand.settle()
        hand.window.go("cases")
    qtbot.waitUntil(lambda: hand.shows("30 zaken hebben"), timeout=20_000)
    assert len(session.dues.known or []) == 30


# ---------------------------------------------------------------- copies


def test_a_copy_is_read_first_and_holds_nothing_of_others(hand: Hand, tmp_path: Path) -> None:
    case = full_case(hand)
    page = file_page(hand)
    assert hand.shows(hand.t("file.copy.officer"), page.copies)
    click(hand, page.copies.subject.rows["perpetrator"])
    preview = page.copies.preview
    assert preview is not None
    assert "keel" not in preview.text.text()
    assert "Delft" not in preview.text.text()
    (tick,) = preview.ticks.values()
    click(hand, tick)
    assert "Delft" in preview.text.text()
    click(hand, tick)
    assert "Delft" not in preview.text.text()
    click(hand, page.copies.request.rows["correction"])
    click(hand, preview.recipient.rows["representative"])
    preview.save.ask_where = preview.save_list.ask_where = lambda name: str(tmp_path / name)
    click(hand, preview.save.save)
    saved = opened(hand, preview.save, tmp_path / "concept-overzicht-2026-11-20.pdf")
    assert hand.t("inspection.banner") in saved[0]
    assert "papa" not in "".join(saved)
    click(hand, preview.save_list.save)
    listed = opened(hand, preview.save_list, tmp_path / "lijst-privacyfunctionaris-2026-11-20.pdf")
    assert "Delft" in "".join(listed)
    entries = case.session.vault.log.entries(case_id=case.id)[-3:]
    assert [(one.action, one.recipient, one.detail.get("kind")) for one in entries] == [
        ("correction", "representative", None),
        ("export", "representative", "encrypted"),
        ("export", "privacy_officer", "encrypted"),
    ]
    assert [sentence(one, hand.window.context.texts) for one in entries[1:]] == [
        "M. de Boer bewaarde een overzicht voor een advocaat of gemachtigde, versleuteld.",
        "M. de Boer bewaarde de lijst voor de privacyfunctionaris, versleuteld.",
    ]


def opened(hand: Hand, saving: SealedSaving, path: Path) -> list[str]:
    """The pages of what was saved: it opens with the passphrase that shows, and with nothing else."""
    assert saving.passphrase is not None
    assert hand.shows(hand.t("handover.passphrase.gone"), saving)
    assert saving.told.text == hand.t("file.save.done.sealed", name=path.name)
    reader = PdfReader(path)
    assert not reader.decrypt("")
    signs = "".join(hand.texts(saving.passphrase.signs))
    assert reader.decrypt(signs) == PasswordType.USER_PASSWORD
    return [page.extract_text() for page in reader.pages]


@pytest.mark.parametrize("name", ["save", "save_list"])
def test_a_copy_or_list_without_a_passphrase_is_asked_for_twice(
    hand: Hand, tmp_path: Path, name: str
) -> None:
    case = full_case(hand)
    page = file_page(hand)
    click(hand, page.copies.subject.rows["perpetrator"])
    saving: SealedSaving = getattr(page.copies.preview, name)
    path = tmp_path / "x.pdf"
    saving.ask_where = lambda _name: str(path)
    before = case.session.vault.log.head()
    click(hand, saving.save_plain)
    assert hand.shows(hand.t("handover.plain.title"), saving)
    click(hand, saving.warning.keep)
    assert not saving.warning.isVisible()
    assert (path.exists(), case.session.vault.log.head()) == (False, before)
    click(hand, saving.save_plain)
    click(hand, saving.warning.go_on)
    assert not PdfReader(path).is_encrypted
    assert saving.told.text == hand.t("file.save.done", name=path.name)
    assert saving.passphrase is None
    assert hand.shows(hand.t("file.save.was_plain"), saving)
    entry = case.session.vault.log.entries(case_id=case.id)[-1]
    assert (entry.action, entry.detail["kind"]) == ("export", "plain")


# ---------------------------------------------------------------- the page itself


def test_with_the_partner_in_the_room_there_is_no_file(hand: Hand) -> None:
    case = hand.case("shelter")
    keep_talk(case, Talk(partner_present=True))
    hand.window.refresh()
    hand.settle()
    assert "file" not in [button.entry.place.page for button in hand.window.side.buttons]
    hand.go("file")
    assert not isinstance(hand.window.page, file.Page)


def test_the_file_is_the_last_section(hand: Hand) -> None:
    hand.case("shelter")
    last = hand.window.side.buttons[-1]
    assert last.entry.place.page == "file"
    hand.click(last)
    assert isinstance(hand.window.page, file.Page)


@pytest.mark.parametrize(
    ("language", "mode", "zoom", "width"),
    [
        ("nl", "light", 100, 1366),
        ("en", "dark", 200, 1366),
        ("nl", "contrast", 200, 1366),
        ("en", "light", 100, 480),
    ],
)
def test_every_word_is_there_and_has_room(
    make_hand: MakeHand, language: str, mode: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, mode, zoom)
    hand.window.resize(width, 768)
    case = full_case(hand)
    case.session.language = language
    case.hand_over("Veilig Thuis", encrypted=False, paper="veilig_thuis", withheld=NOTHING, lay=Nothing)
    case_care.restrict(case, "een collega kent hem, en dat is een lange reden die over de regel heen gaat")
    page = file_page(hand)
    click(hand, page.log.identity.button)
    click(hand, page.keeping.buttons["hold"])
    click(hand, page.copies.subject.rows["victim"])
    click(hand, page.erasing.button)
    hand.settle()
    assert cut_off(page) == []
    assert unnamed(page) == []
    assert [text for text in hand.texts() if "⟦" in text or "{" in text] == []
