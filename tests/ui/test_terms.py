"""The retention terms by real clicks: what holds, another length, what it would do, and as shipped again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from borg_triage.app.retention import change_clock, due_cases
from borg_triage.app.retention_profiles import RetentionError, profiles, shipped
from borg_triage.app.session import CaseSession, Session
from borg_triage.domain.retention import Stage
from borg_triage.ui.pages import cases, file, logbook, terms
from borg_triage.ui.widgets.terms_form import ChoiceForm, LengthForm
from tests.ui.conftest import WORKER, Hand, MakeHand
from tests.ui.outcome_support import cut_off, unnamed
from tests.ui.vault_support import COLLEAGUE, THEIRS, add_colleague, care, done, lock, open_as

SOURCE = "besluit van het bestuur, 3 maart 2026"


def page_of(hand: Hand) -> terms.Page:
    page = hand.window.page
    assert isinstance(page, terms.Page)
    return page


def terms_of(hand: Hand, profile: str) -> terms.Page:
    """From the list of cases to the terms, as one goes there."""
    hand.go("cases")
    hand.click(care(hand).terms.open)
    page = page_of(hand)
    page.profile.choose(profile)
    page.profile.chosen.emit(profile)
    hand.settle()
    return page


def length_form(hand: Hand, value: str) -> LengthForm:
    row = page_of(hand).terms.rows[value]
    hand.click(row.button)
    form = row.form
    assert isinstance(form, LengthForm)
    assert form.number.hasFocus()
    return form


def fill(form: LengthForm, number: str, unit: str, source: str = SOURCE) -> None:
    form.number.setText(number)
    form.unit.choose(unit)
    form.source.setText(source)


def change(hand: Hand, qtbot: QtBot, value: str, number: str, unit: str) -> LengthForm:
    form = length_form(hand, value)
    fill(form, number, unit)
    hand.click(form.save)
    done(hand, qtbot)
    return form


def go_on(hand: Hand, qtbot: QtBot, form: LengthForm | ChoiceForm) -> None:
    assert form.asking.sure is not None
    hand.click(form.asking.sure.go_on)
    done(hand, qtbot)


def closed_case(session: Session, name: str = "Kastanje") -> CaseSession:
    case = session.new_case(name, "shelter")
    case.close_case()
    return case


def settings_changed(session: Session) -> list[tuple[str, str]]:
    entries = [entry for entry in session.vault.log.entries() if entry.action == "retention_changed"]
    return [(str(entry.detail["setting"]), str(entry.detail["kind"])) for entry in entries]


def test_every_term_says_what_it_is_and_where_it_comes_from(hand: Hand) -> None:
    hand.session()
    page = terms_of(hand, "police")
    wanted = {
        "clock": ("de dag waarop de zaak begon",),
        "hidden": ("5 jaar", "Wet politiegegevens, artikel 8", hand.t("terms.confirmed")),
        "erased": ("10 jaar", "Wet politiegegevens, artikel 14", hand.t("terms.confirmed")),
        "working_copy": (hand.t("retention.working_copy.on"),),
        "handed_over": ("30 dagen", hand.t("retention.source.handed_over"), hand.t("terms.unconfirmed")),
        "idle": ("1 jaar", "artikel 8", hand.t("terms.confirmed")),
        "remind": ("14 dagen", hand.t("retention.source.own_choice"), hand.t("terms.unconfirmed")),
    }
    assert set(page.terms.rows) == set(wanted)
    for value, texts in wanted.items():
        row = page.terms.rows[value]
        for text in (*texts, hand.t(f"retention.value.{value}"), hand.t("terms.shipped")):
            assert hand.shows(text, row), (value, text)
    page = terms_of(hand, "shelter")
    assert hand.shows(hand.t("retention.length.none"), page.terms.rows["hidden"])
    assert hand.shows(hand.t("terms.unconfirmed"), page.terms.rows["erased"])


def test_the_terms_of_ones_own_kind_of_organisation_show_first(hand: Hand) -> None:
    hand.session().new_case("Kastanje", "veilig_thuis")
    hand.go("terms")
    assert page_of(hand).terms.profile.id == "veilig_thuis"
    # Another language keeps what one looks at.
    hand.go("terms", profile="shelter")
    hand.click(hand.window.header.language)
    assert page_of(hand).terms.profile.id == "shelter"


def test_an_owner_shortens_a_term_and_a_case_becomes_due(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    case = closed_case(session)
    hand.clock.pass_(days=3 * 366)
    terms_of(hand, "shelter")
    form = change(hand, qtbot, "erased", "2", "Y")
    # Said first; nothing is changed yet.
    assert form.asking.sure is not None
    assert form.asking.sure.back.hasFocus()
    assert hand.shows(hand.window.context.texts.plural("terms.sure.erase", 1), form.asking.sure)
    assert hand.shows("Nu is het: 15 jaar. Het wordt: 2 jaar.", form.asking.sure)
    assert hand.shows(hand.t("terms.sure.nothing"), form.asking.sure)
    assert profiles(session.vault.settings) == shipped()
    assert settings_changed(session) == []
    go_on(hand, qtbot, form)

    page = page_of(hand)
    assert page.done is not None
    row = page.terms.rows["erased"]
    for text in ("2 jaar", SOURCE, hand.t("terms.own"), hand.t("terms.as_shipped", now="15 jaar")):
        assert hand.shows(text, row), text
    assert not hand.shows(hand.t("terms.shipped"), row)
    assert settings_changed(session) == [("retention.shelter.erased", "own")]
    assert session.vault.cases.count() == 1

    hand.click(page.back)
    hand.go("cases")
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    assert hand.shows("1 zaak heeft", listed.due)
    hand.window.open_case(session.open_case(case.id))
    hand.go("file")
    shown = hand.window.page
    assert isinstance(shown, file.Page)
    for text in (hand.t("retention.stage.erase"), "De termijn is 2 jaar", SOURCE):
        assert hand.shows(text, shown.keeping), text
    hand.window.open_case(None)
    hand.go("logbook")
    log = hand.window.page
    assert isinstance(log, logbook.Page)
    assert hand.shows("M. de Boer veranderde een bewaartermijn. Opvang, Wissen na: nu 2 jaar.", log)


def test_a_longer_term_asks_nothing_and_holds_at_once(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    case = closed_case(session)
    hand.clock.pass_(days=16 * 366)
    assert [one.stage for one in session.dues.look()] == [Stage.ERASE]
    terms_of(hand, "shelter")
    change(hand, qtbot, "erased", "240", "M")
    assert page_of(hand).done is not None
    assert hand.shows("240 maanden", page_of(hand).terms.rows["erased"])
    assert session.dues.known is None
    assert due_cases(session.vault, session.today()) == []
    hand.window.open_case(session.open_case(case.id))
    hand.go("file")
    assert hand.shows("De termijn is 240 maanden")


def test_a_term_goes_back_to_as_shipped(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    terms_of(hand, "veilig_thuis")
    assert not hasattr(length_form(hand, "erased"), "take_shipped")
    terms_of(hand, "veilig_thuis")
    change(hand, qtbot, "erased", "20", "Y")
    form = length_form(hand, "erased")
    assert (form.number.text(), form.unit.value(), form.source.text()) == ("20", "Y", SOURCE)
    hand.click(form.take_shipped)
    done(hand, qtbot)
    assert hand.shows(hand.t("terms.shipped"), page_of(hand).terms.rows["erased"])
    assert profiles(session.vault.settings) == shipped()
    assert settings_changed(session) == [
        ("retention.veilig_thuis.erased", "own"),
        ("retention.veilig_thuis.erased", "shipped"),
    ]


@pytest.mark.parametrize(
    ("value", "number", "unit", "source", "key"),
    [
        ("erased", "12", "Y", " ", "retention.error.source"),
        ("erased", "", "Y", SOURCE, "retention.error.length"),
        ("erased", "0", "D", SOURCE, "retention.error.length"),
        ("erased", "tien", "Y", SOURCE, "retention.error.length"),
        ("erased", "1Y6", "M", SOURCE, "retention.error.length"),
        ("idle", "1000", "Y", SOURCE, "retention.error.length"),
        ("hidden", "0", "D", SOURCE, "retention.error.length"),
        ("erased", "2", "Y", SOURCE, "retention.error.order"),
        ("hidden", "11", "Y", SOURCE, "retention.error.order"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    hand: Hand, qtbot: QtBot, value: str, number: str, unit: str, source: str, key: str
) -> None:
    session = hand.session()
    terms_of(hand, "police")
    before = (session.vault.settings.all(), session.vault.log.head())
    form = length_form(hand, value)
    fill(form, number, unit, source)
    hand.click(form.save)
    done(hand, qtbot)
    assert form.told.text == hand.t(key)
    assert (form.source if key == "retention.error.source" else form.number).hasFocus()
    assert (session.vault.settings.all(), session.vault.log.head()) == before


def test_hiding_is_said_first_and_a_mistake_can_be_mended(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    case = session.new_case("Kastanje", "police")
    # Less than would put the clock in doubt.
    hand.clock.pass_(days=80)
    terms_of(hand, "police")
    form = change(hand, qtbot, "hidden", "5", "D")
    assert form.asking.sure is not None
    assert hand.shows(hand.window.context.texts.plural("terms.sure.hide", 1), form.asking.sure)
    # Thought better of; then typed otherwise, so that the question is about nothing any more.
    hand.press(Qt.Key.Key_Space)
    assert form.save.hasFocus()
    hand.click(form.save)
    done(hand, qtbot)
    form.number.setFocus()
    hand.write("0")
    assert form.asking.sure is None
    form.number.setText("5")
    hand.click(form.save)
    done(hand, qtbot)
    go_on(hand, qtbot, form)
    hand.go("cases")
    assert session.glass(case.id) is not None
    terms_of(hand, "police")
    form = length_form(hand, "hidden")
    hand.click(form.take_shipped)
    done(hand, qtbot)
    assert form.asking.sure is not None
    assert hand.shows(hand.window.context.texts.plural("terms.sure.show", 1), form.asking.sure)
    go_on(hand, qtbot, form)
    assert session.glass(case.id) is None


def test_the_start_of_the_clock_and_the_working_copy_are_chosen(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    session.new_case("Kastanje", "shelter")
    hand.clock.pass_(days=16 * 366)
    terms_of(hand, "shelter")
    row = page_of(hand).terms.rows["clock"]
    hand.click(row.button)
    form = row.form
    assert isinstance(form, ChoiceForm)
    assert form.options.options["closed"].hasFocus()
    hand.click(form.options.options["opened"])
    hand.click(form.save)
    done(hand, qtbot)
    # Never closed: from its opening it has been due for a year.
    assert form.asking.sure is not None
    assert hand.shows(hand.window.context.texts.plural("terms.sure.erase", 1), form.asking.sure)
    go_on(hand, qtbot, form)
    row = page_of(hand).terms.rows["working_copy"]
    hand.click(row.button)
    form = row.form
    assert isinstance(form, ChoiceForm)
    hand.click(form.options.options["on"])
    hand.click(form.save)
    done(hand, qtbot)
    row = page_of(hand).terms.rows["working_copy"]
    for text in (hand.t("terms.own"), hand.t("retention.working_copy.on")):
        assert hand.shows(text, row)
    hand.click(row.button)
    hand.click(row.form.take_shipped)
    done(hand, qtbot)
    ours = profiles(session.vault.settings)["shelter"]
    assert (ours.clock, ours.working_copy) == ("opened", False)
    assert [kind for _, kind in settings_changed(session)] == ["opened", "on", "off"]


def test_a_member_reads_the_terms_and_whom_to_ask(hand: Hand, qtbot: QtBot) -> None:
    hand.session()
    care(hand)
    add_colleague(hand, qtbot)
    lock(hand)
    open_as(hand, qtbot, COLLEAGUE, THEIRS)
    page = terms_of(hand, "police")
    assert hand.shows(hand.t("care.terms.owners_only", owners=WORKER), page)
    assert not hand.shows(hand.t("terms.change"), page)
    assert hand.shows("10 jaar", page.terms.rows["erased"])
    session = page.terms.session
    before = (session.vault.settings.all(), session.vault.log.head())
    # Nor by any other way than this page.
    with pytest.raises(RetentionError) as caught:
        change_clock(session.vault, session.logbook.acting(), "police", "closed")
    assert caught.value.key == "retention.error.owners_only"
    assert (session.vault.settings.all(), session.vault.log.head()) == before


def test_with_the_keyboard_alone(hand: Hand, qtbot: QtBot) -> None:
    session = hand.session()
    terms_of(hand, "shelter")
    row = page_of(hand).terms.rows["remind"]
    assert row.button.accessibleName() == f"{hand.t('terms.change')}: {hand.t('retention.value.remind')}"
    row.button.setFocus()
    hand.press(Qt.Key.Key_Space)
    form = row.form
    assert isinstance(form, LengthForm)
    hand.write("60")
    hand.press(Qt.Key.Key_Tab)
    assert form.unit.hasFocus()
    hand.press(Qt.Key.Key_Tab)
    assert form.source.hasFocus()
    hand.write(SOURCE)
    hand.press(Qt.Key.Key_Return)
    done(hand, qtbot)
    assert profiles(session.vault.settings)["shelter"].remind.length == "P60D"
    row = page_of(hand).terms.rows["remind"]
    row.button.setFocus()
    hand.press(Qt.Key.Key_Space)
    row.form.back.setFocus()
    hand.press(Qt.Key.Key_Space)
    assert row.button.hasFocus()


@pytest.mark.parametrize(
    ("language", "zoom", "width"), [("nl", 200, 1366), ("en", 200, 1366), ("nl", 100, 420), ("en", 100, 420)]
)
def test_nothing_is_cut_off_and_everything_has_words(
    make_hand: MakeHand, qtbot: QtBot, language: str, zoom: int, width: int
) -> None:
    hand = make_hand(language, zoom=zoom)
    hand.window.resize(width, 768)
    closed_case(hand.session())
    hand.clock.pass_(days=3 * 366)
    hand.go("terms", profile="shelter")
    change(hand, qtbot, "handed_over", "60", "D")
    form = change(hand, qtbot, "erased", "2", "Y")
    assert form.asking.sure is not None
    for value in ("clock", "handed_over", "working_copy"):
        hand.click(page_of(hand).terms.rows[value].button)
    form = length_form(hand, "hidden")
    hand.click(form.save)
    for _ in range(3):
        hand.settle()
    page = page_of(hand)
    assert cut_off(page) == []
    assert unnamed(page) == []
    assert not [text for text in hand.texts(page) if "⟦" in text or "{" in text]
