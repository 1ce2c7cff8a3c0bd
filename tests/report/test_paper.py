"""What a paper says: every fact with its standing, both readings, what is due, and nothing without words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from borg_triage.app import papers
from borg_triage.app.instruments import current
from borg_triage.app.resources import catalog
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseView
from borg_triage.domain.errors import BorgTriageError
from borg_triage.report.model import Answer, Answers, Banner, Heading, Paper, Tone, lines_of, plain
from borg_triage.report.options import PaperOptions
from tests.report.cases import CASES, options_for, view_of, with_answers, worked_on

LANGUAGES = ("nl", "en")


def paper_of(view: CaseView, language: str = "nl", **choices: object) -> Paper:
    return papers.make_paper(view, options_for(view, **choices), language)


def front_text(paper: Paper, form: int = 0) -> str:
    return "\n".join(plain(line) for block in paper.front[form] for line in lines_of(block))


def answer_to(paper: Paper, item: str) -> Answer:
    label = catalog(paper.language).text(f"item.{item}.label")
    return next(answer for answer in answers_of(paper) if answer.label == label)


def answers_of(paper: Paper) -> Iterator[Answer]:
    for block in paper.body:
        if isinstance(block, Answers):
            yield from block.answers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_word_has_a_text(name: str, language: str) -> None:
    view = view_of(CASES[name])
    text = papers.make_text(worked_on(view), options_for(view, include_reporter=True), language)
    assert "⟦" not in text
    assert "{" not in text


@pytest.mark.parametrize("name", CASES)
def test_every_item_stands_on_the_paper_once(name: str) -> None:
    view = view_of(CASES[name])
    paper = paper_of(view)
    words = catalog("nl")
    told = [answer.label for answer in answers_of(paper)]
    told += [
        label
        for block in paper.body
        for line in lines_of(block)
        if plain(line).startswith(f"{words.text('standing.not_asked')}: ")
        for label in plain(line).partition(": ")[2].split(" · ")
    ]
    assert sorted(told) == sorted(words.text(f"item.{item.id}.label") for item in current().instrument.items)


@pytest.mark.parametrize("name", CASES)
def test_every_red_flag_that_counts_stands_on_every_form_of_page_1(name: str) -> None:
    view = view_of(CASES[name])
    paper = paper_of(view)
    counted = view.assessment.counted
    flags = [item.id for item in current().instrument.items_of("flags") if counted.get(item.id) == item.worse]
    for form in range(len(paper.front)):
        text = front_text(paper, form)
        missing = [item for item in flags if catalog("nl").text(f"item.{item}.label") not in text]
        assert not missing


def test_banner_says_acute_or_why_it_may_be() -> None:
    def banner(name: str) -> Banner:
        return next(block for block in paper_of(view_of(CASES[name])).front[0] if isinstance(block, Banner))

    assert (banner("strangulation-tonight").title, banner("strangulation-tonight").tone) == (
        "Acuut: ja",
        Tone.ALARM,
    )
    door = banner("eight-questions-at-the-door")
    assert (door.title, door.tone) == ("Acuut: niet uitgesloten", Tone.CALM)
    assert banner("shouting-that-was-a-game").title == "Acuut: nee, voor zover bekend"


def test_people_decide_and_the_program_is_heard() -> None:
    paper = paper_of(worked_on(view_of(CASES["eight-questions-at-the-door"])))
    text = papers.make_text(
        worked_on(view_of(CASES["eight-questions-at-the-door"])),
        options_for(view_of(CASES["eight-questions-at-the-door"])),
    )
    assert "Acuut: ja" in front_text(paper)
    assert "Het programma komt uit op: Hoog · Nog niet te zeggen." in front_text(paper)
    assert "Zij noemt nu een datum." in text
    assert "Veel nog niet gevraagd." in text


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("minor-")])
def test_a_minor_is_reported_today_before_what_the_route_says(name: str) -> None:
    view, words = view_of(CASES[name]), catalog("nl")
    front = front_text(paper_of(view))
    assert words.text("what.child_protection.veilig_thuis") in front
    assert words.text(f"what.{view.assessment.routes.primary}.veilig_thuis") not in front


def test_deadlines_are_moments_and_count_from_when_the_level_came_to_stand() -> None:
    view = view_of(CASES["strangulation-tonight"])
    later = view.opened_at + timedelta(days=3)
    assert "Uiterlijk 10 okt 2026 11:30" in front_text(paper_of(view))
    assert "Uiterlijk 10 okt 2026 11:30 (verstreken)" in front_text(paper_of(view, made_at=later))


def test_contradicting_sources_stand_side_by_side() -> None:
    answer = answer_to(paper_of(view_of(CASES["contradicting-sources"])), "flag.weapon_used")
    yes, no = ([plain(line) for line in column] for column in answer.columns)
    assert yes == ["Ja", "Verteld: iemand anders, 22-01-2026 (woorden weggelaten)"]
    assert no[0] == "Nee"
    assert len(no) == 3
    assert "Verschillende antwoorden" in plain(answer.remark)


def test_a_no_that_does_not_count_is_told_as_open_with_the_reason() -> None:
    answer = answer_to(paper_of(view_of(CASES["partner-in-the-room"])), "flag.strangulation")
    assert plain(answer.counted) == "? Open: meegeluisterd"
    assert [plain(line) for line in answer.columns[0]] == [
        "Nee. Verteld: mogelijk slachtoffer, 14-11-2026, mogelijk meegeluisterd. Gevraagd met hem erbij."
    ]


def test_an_answer_that_follows_says_from_what() -> None:
    view = view_of(CASES["eight-questions-at-the-door"])
    used = Observation("yes", "record", view.today - timedelta(days=2), None, "")
    paper = paper_of(with_answers(view, [("flag.weapon_used_recent", used)]))
    answer = answer_to(paper, "flag.weapon_used")
    assert plain(answer.counted) == "● Ja"
    assert plain(answer.remark) == "Volgt uit: Wapen gebruikt of getoond in de laatste vier weken"


def test_red_flags_say_since_when_and_who() -> None:
    view = view_of(CASES["eight-questions-at-the-door"])
    first, second = view.today - timedelta(days=80), view.today - timedelta(days=3)
    told = [
        ("flag.stalking", Observation("yes", "victim", second, False, "Elke avond.")),
        ("flag.stalking", Observation("yes", "record", first, None, "")),
        ("flag.stalking", Observation("no", "perpetrator", second, None, "")),
    ]
    text = front_text(paper_of(with_answers(view, told)))
    assert f"{first:%d-%m-%Y}" in text
    assert "dossier en mogelijk slachtoffer; tegengesproken door mogelijke pleger" in text
    assert "Elke avond." in text


def test_withdrawn_answers_are_counted_and_left_out() -> None:
    view = worked_on(view_of(CASES["strangulation-tonight"]))
    text = papers.make_text(view, options_for(view))
    assert "1 antwoord is als vergissing ingetrokken" in text
    assert "Verkeerde knop." not in text


def test_shortened_texts_stand_in_full_in_the_record() -> None:
    view = view_of(CASES["strangulation-tonight"])
    long = "Bel alleen haar zus, nooit haar eigen nummer, en zeg dat u van de bibliotheek bent. " * 6
    paper = paper_of(view, safe_contact=long)
    assert long.strip() in "\n".join(plain(line) for block in paper.body for line in lines_of(block))
    assert "zie volgende pagina’s" in front_text(paper, -1)


def test_the_times_of_what_was_done_are_dutch() -> None:
    text = papers.make_text(*_with_options(worked_on(view_of(CASES["strangulation-tonight"]))))
    assert "9 okt 2026 11:10 Gebeld: 112; met meldkamer" in text


def _with_options(view: CaseView) -> tuple[CaseView, PaperOptions]:
    return view, options_for(view)


def test_headings_never_skip_a_level() -> None:
    paper = paper_of(view_of(CASES["strangulation-tonight"]))
    level = 0
    for block in (*paper.front[0], *paper.body):
        if isinstance(block, Heading):
            assert block.level <= level + 1
            level = block.level


def test_an_empty_case_makes_a_paper() -> None:
    view = view_of({"user_group": "shelter", "assessed_on": "2026-11-22", "answers": {}})
    paper = papers.make_paper(view, PaperOptions(made_at=view.opened_at))
    assert "Niet bekend, vraag dit" in front_text(paper)
    assert papers.make_pdf(view, PaperOptions(made_at=view.opened_at)).startswith(b"%PDF")


def test_unknown_variant_is_refused() -> None:
    view = view_of(CASES["denial"])
    with pytest.raises(BorgTriageError) as caught:
        papers.make_paper(view, options_for(view, variant="../secret"))
    assert caught.value.key == "paper.error.variant"


def test_made_at_needs_a_zone() -> None:
    view = view_of(CASES["denial"])
    with pytest.raises(ValueError, match="time zone"):
        options_for(view, made_at=replace(view, opened_at=view.opened_at.replace(tzinfo=None)).opened_at)
