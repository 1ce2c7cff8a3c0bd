"""The file page by real clicks: who looked into a case, and who may."""

from __future__ import annotations

import csv
import json
import stat
from io import StringIO
from pathlib import Path

from PySide6.QtCore import Qt

from borg_triage.app import case_care
from borg_triage.ui.pages import cases, glass
from borg_triage.ui.widgets.case_list import CaseModel
from tests.ui.conftest import Hand
from tests.ui.file_support import as_noor, click, file_page, full_case, page_of

# ---------------------------------------------------------------- the log


def test_the_log_says_who_looked_and_goes_on_below(hand: Hand) -> None:
    case = hand.case("police")
    for number in range(12):
        hand.clock.pass_(days=1)
        case.judge("high", "undetermined", str(number))
    page = file_page(hand)
    first = len(page.log.list.shown)
    assert page.log.list.shown[0].sentence == hand.t("log.did.read_log.case", who="M. de Boer")
    assert hand.shows(hand.t("log.purpose.daily_task"), page.log)
    click(hand, page.log.list.older)
    assert len(page.log.list.shown) > first
    assert page.log.list.shown[-1].sentence == hand.t("log.did.add.case", who="M. de Boer")
    assert not page.log.list.older.isVisible()


def test_purpose_and_principal_are_chosen_once_for_the_session(hand: Hand) -> None:
    case = hand.case("police")
    page = file_page(hand)
    click(hand, page.log.identity.button)
    working_as = page.log.identity.content
    assert working_as is not None
    working_as.purpose.select.choose("investigation")
    working_as.purpose.select.chosen.emit("investigation")
    working_as.on_behalf_of.setFocus()
    hand.write("A. Smit")
    case.answer("ask.stress", "yes")
    entry = case.session.vault.log.entries(case_id=case.id)[-1]
    assert (entry.purpose, entry.on_behalf_of) == ("investigation", "A. Smit")
    hand.window.open_case(None)
    hand.settle()
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    assert listed.purpose.select.value() == "investigation"


def test_the_log_is_saved_where_one_says_and_that_is_logged(hand: Hand, tmp_path: Path) -> None:
    case = full_case(hand)
    page = file_page(hand)
    where = tmp_path / "uit"
    where.mkdir()
    page.log.export.ask_where = lambda name: str(where / name)
    click(hand, page.log.export.csv)
    click(hand, page.log.export.json)
    saved = sorted(where.iterdir())
    assert [path.name for path in saved] == ["logboek-2026-11-20.csv", "logboek-2026-11-20.jsonl"]
    rows = list(csv.DictReader(StringIO(saved[0].read_text("utf-8"))))
    lines = [json.loads(line) for line in saved[1].read_text("utf-8").splitlines()]
    assert {line["case_id"] for line in lines} == {case.id}
    assert [row["seq"] for row in rows] == [str(line["seq"]) for line in lines[:-1]]
    assert (lines[-1]["action"], lines[-1]["detail"]) == ("read_log", {"kind": "jsonl"})
    assert all("keel" not in path.read_text("utf-8") for path in saved)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in saved)
    head = case.session.vault.log.head()
    page.log.export.ask_where = lambda name: str(tmp_path / "nergens" / name)
    click(hand, page.log.export.csv)
    assert hand.shows(hand.t("file.save.failed"), page.log)
    assert case.session.vault.log.head() == head
    page.log.export.ask_where = lambda _name: ""
    click(hand, page.log.export.csv)
    assert case.session.vault.log.head() == head


# ---------------------------------------------------------------- who may see it


def test_a_restricted_case_asks_a_colleague_why(hand: Hand) -> None:
    case = hand.case("shelter")
    case.answer("flag.strangulation", "yes")
    page = file_page(hand)
    click(hand, page.restricting.restrict)
    assert page.restricting.told.text == hand.t("file.error.no_reason")
    page.restricting.reason.setFocus()
    hand.write("een collega kent hem")
    click(hand, page.restricting.restrict)
    page = page_of(hand)
    assert hand.shows("een collega kent hem", page.restricting)
    noor = as_noor(hand, case.session)
    listed = hand.window.page
    assert isinstance(listed, cases.Page)
    model = listed.list.model()
    assert isinstance(model, CaseModel)
    assert "kent" not in " ".join(model.words(noor.cases()[0]))
    assert hand.t("cases.restricted") in model.words(noor.cases()[0])[1]
    listed.list.setFocus()
    hand.press(Qt.Key.Key_Return)
    asked = hand.window.page
    assert isinstance(asked, glass.Page)
    assert asked.back.hasFocus()
    click(hand, asked.open)
    assert isinstance(hand.window.page, glass.Page)
    assert hand.window.context.case is None
    click(hand, asked.why.rows["taking_over"])
    click(hand, asked.open)
    opened = hand.window.context.case
    assert opened is not None
    entries = noor.vault.log.entries(case_id=case.id)
    assert [entry.action for entry in entries[-2:]] == ["break_glass", "view"]
    page = file_page(hand)
    assert hand.shows("M. de Boer", page.restricting)
    for part, name in ((page.restricting, "lift"), (page.restricting, "restrict"), (page.erasing, "button")):
        assert not hasattr(part, name)
    assert page.keeping.buttons == {}
    assert hand.shows(hand.t("glass.why.taking_over"), page.log)


def test_a_restriction_is_lifted(hand: Hand) -> None:
    case = hand.case("shelter")
    case_care.restrict(case, "een collega kent hem")
    page = file_page(hand)
    click(hand, page.restricting.lift)
    assert case.session.vault.retention.restriction(case.id) is None
    assert hand.shows(hand.t("file.restrict.off"), page_of(hand).restricting)
