"""What was not ticked stays off: searched for in text, page and PDF."""

from __future__ import annotations

import io
import tomllib
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from pypdf import PdfReader

from borg_triage.app import papers
from borg_triage.app.instruments import current
from borg_triage.app.proof_sheet import proof_of
from borg_triage.app.resources import catalog, resources
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseEvent, CaseView
from borg_triage.domain.errors import InstrumentError
from borg_triage.report.build import build_paper
from borg_triage.report.layout import PaperLayout
from borg_triage.report.options import PaperOptions
from borg_triage.report.plain import render_text
from tests.report.cases import CASES, options_for, view_of, with_answers

REPORTER = ("Buurvrouwnaam", "Meldernaam", "Werkernaam", "Tolknaam")
WHEREABOUTS = ("Kerkstraatnaam", "Schuilplek", "Belafspraak")


def secretive() -> CaseView:
    """A case with a word of its own in every place that may tell too much."""
    view = view_of(CASES["separation-considered"])
    day = view.today
    view = with_answers(
        view,
        [
            ("flag.stalking", Observation("yes", "other_person", day, None, "Gezien door Buurvrouwnaam.")),
            ("context.cannot_stay", Observation("yes", "victim", day, False, "Zit op Kerkstraatnaam 4.")),
            ("control.surveillance", Observation("yes", "victim", day, False, "Controlegeheim.")),
            ("context.separation", Observation("considering", "victim", day, False, "Vertrekplan.")),
        ],
    )
    at = view.opened_at + timedelta(hours=1)
    events = (
        CaseEvent("talk", {"where": "Schuilplek", "interpreter_name": "Tolknaam"}, at, "Werkernaam"),
        CaseEvent("talk", {"safe_contact": "Belafspraak"}, at, "Werkernaam"),
        CaseEvent("consulted", {"reporter": "Meldernaam"}, at, "Werkernaam"),
    )
    recorded = tuple(replace(entry, recorded_by="Werkernaam") for entry in view.recorded)
    return replace(view, events=events, recorded=recorded, opened_by="Werkernaam")


def everywhere(view: CaseView, options: PaperOptions) -> str:
    """All three forms of a paper, in one text."""
    pdf = papers.make_pdf(view, options)
    reader = PdfReader(io.BytesIO(pdf))
    pages = "\n".join(page.extract_text() for page in reader.pages)
    meta = " ".join(str(value) for value in (reader.metadata or {}).values())
    return "\n".join([papers.make_text(view, options), papers.make_html(view, options), pages, meta])


@pytest.mark.parametrize(
    ("ticks", "shown", "hidden"),
    [
        ({}, (), REPORTER + WHEREABOUTS),
        ({"include_reporter": True}, REPORTER, WHEREABOUTS),
        ({"include_whereabouts": True}, WHEREABOUTS, REPORTER),
        ({"include_whereabouts": True, "include_reporter": True}, REPORTER + WHEREABOUTS, ()),
        ({"include_control_answers": False}, ("Vertrekplan",), ("Controlegeheim",)),
        ({"include_separation_plans": False}, ("Controlegeheim",), ("Vertrekplan",)),
    ],
)
def test_only_what_is_ticked_is_told(
    ticks: dict[str, bool], shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    view = secretive()
    text = everywhere(view, options_for(view, made_by="Werkernaam", **ticks))
    assert [word for word in shown if word not in text] == []
    assert [word for word in hidden if word in text] == []


def test_the_reader_is_told_what_was_left_out() -> None:
    view = secretive()
    text = papers.make_text(view, options_for(view, include_control_answers=False))
    for name in ("whereabouts", "reporter", "control_answers"):
        assert catalog("nl").text(f"paper.left_out.{name}") in text


def layout_he_may_see() -> PaperLayout:
    data = tomllib.loads((resources() / "papers" / "veilig_thuis.toml").read_text("utf-8"))
    return PaperLayout.model_validate(data | {"he_may_see": True}, strict=False)


def build(view: CaseView, options: PaperOptions, layout: PaperLayout) -> str:
    ready = current()
    proof = proof_of(ready.ref)
    return render_text(
        build_paper(view, options, catalog("nl"), ready.instrument, lambda _: None, layout, proof)
    )


def test_a_paper_he_may_see_withholds_by_itself_and_does_not_say_so() -> None:
    view = secretive()
    text = build(view, options_for(view), layout_he_may_see())
    words = catalog("nl")
    assert "Controlegeheim" not in text
    assert "Vertrekplan" not in text
    for item in (*current().instrument.group("section.control"), "context.separation"):
        assert f"{words.text(f'item.{item}.label')} =" not in text
    assert words.text("paper.left_out.control_answers") not in text


def test_a_tick_lets_in_what_he_may_see() -> None:
    view = secretive()
    text = build(view, options_for(view, include_control_answers=True), layout_he_may_see())
    assert "Controlegeheim" in text
    assert "Vertrekplan" not in text


def test_every_layout_fits_the_instrument_and_the_options() -> None:
    names = {field.name for field in fields(PaperOptions)}
    rules = {rule.id for rule in current().instrument.withheld}
    for variant in papers.variants():
        data = tomllib.loads((resources() / "papers" / f"{variant}.toml").read_text("utf-8"))
        layout = PaperLayout.model_validate(data, strict=False)
        layout.check(current().instrument)
        assert layout.id == variant
        assert set(layout.ticks) == rules
        assert set(layout.ticks.values()) <= names


def test_a_layout_with_an_item_that_is_not_there_is_refused() -> None:
    data = tomllib.loads((resources() / "papers" / "veilig_thuis.toml").read_text("utf-8"))
    data["front"]["weapons"] = ["flag.weapon_imagined"]
    view = view_of(CASES["denial"])
    with pytest.raises(InstrumentError) as caught:
        build(view, options_for(view), PaperLayout.model_validate(data, strict=False))
    assert caught.value.params == {"file": "veilig_thuis.toml", "problem": "flag.weapon_imagined"}
