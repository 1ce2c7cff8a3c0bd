"""Cases as the papers read them: the worked examples taken into a view, and one with much done in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from borg_triage.app.instruments import current
from borg_triage.app.since import case_input
from borg_triage.domain.answers import Observation
from borg_triage.domain.case import CaseEvent, CaseView, Judgement, Override, Recorded
from borg_triage.domain.case_input import CaseReader
from borg_triage.domain.overrides import standing_outcome
from borg_triage.report.options import PaperOptions
from tests.examples import examples

CASES = {example.name: example.case for example in examples()}


def view_of(case: Mapping[str, Any], **changes: Any) -> CaseView:
    """A case file in the form of `assess` input, as if typed in on the day of the assessment."""
    read = CaseReader(current().instrument).read(case, date(2026, 11, 22))
    typed = datetime(read.assessed_on.year, read.assessed_on.month, read.assessed_on.day, 9, 30, tzinfo=UTC)
    observations = [(item, seen) for item, said in read.answers.items() for seen in said]
    recorded = tuple(
        Recorded(seq, item, seen, typed + timedelta(seconds=seq), "Anneke Vermeer")
        for seq, (item, seen) in enumerate(observations, start=1)
    )
    return assessed(
        CaseView(
            id="0" * 32,
            pseudonym="Wilg 12",
            user_group=read.user_group,  # type: ignore[arg-type]
            opened_at=typed,
            opened_by="Anneke Vermeer",
            today=read.assessed_on,
            recorded=recorded,
            judgement=None,
            overrides=(),
            events=(),
            assessment=current().engine.assess(read),
            instrument=current().ref,
            since=typed,
            level="",
            pattern="",
        ),
        **changes,
    )


def assessed(view: CaseView, **changes: Any) -> CaseView:
    """The view with changes, assessed anew."""
    view = replace(view, **changes)
    case = case_input(view.recorded, view.user_group, view.today)
    assessment = current().engine.assess(case)
    level, pattern = standing_outcome(
        current().instrument, assessment.level, assessment.pattern, view.overrides
    )
    return replace(view, assessment=assessment, level=level, pattern=pattern)


def with_answers(view: CaseView, added: Sequence[tuple[str, Observation]]) -> CaseView:
    """The view with observations added after its own."""
    first = len(view.recorded) + 1
    more = (
        Recorded(seq, item, seen, view.opened_at + timedelta(hours=1, seconds=seq), "Anneke Vermeer")
        for seq, (item, seen) in enumerate(added, start=first)
    )
    return assessed(view, recorded=(*view.recorded, *more))


def worked_on(view: CaseView) -> CaseView:
    """The view with a judgement, an override, events and a withdrawn answer in it."""
    start = view.opened_at
    wrong = Recorded(
        9001,
        "flag.stalking",
        Observation("yes", "victim", view.today, None, "Verkeerde knop."),
        start,
        "Bo",
        True,
    )
    return assessed(
        view,
        recorded=(*view.recorded, wrong),
        judgement=Judgement("high", "undetermined", "Veel nog niet gevraagd.", start, "Anneke Vermeer"),
        overrides=(
            Override(
                level_from=view.assessment.level.value,
                level="acute",
                pattern_from=view.assessment.pattern,
                pattern="intimate_terror_likely",
                reason="Zij noemt nu een datum.",
                second_person="Tarik Demir",
                at=start + timedelta(hours=2),
                by="Anneke Vermeer",
            ),
        ),
        events=(
            CaseEvent("acute_call", {"who": "112", "with": "meldkamer"}, start - timedelta(minutes=20), "Bo"),
            CaseEvent("talk", {"who": "moeder van het slachtoffer", "where": "Kerkstraat 4"}, start, "Bo"),
            CaseEvent("consulted", {"who": "aandachtsfunctionaris"}, start + timedelta(minutes=40), "Bo"),
        ),
    )


def options_for(view: CaseView, **changes: Any) -> PaperOptions:
    """Options as a worker would fill them in."""
    given: dict[str, Any] = {
        "made_at": view.opened_at + timedelta(hours=3),
        "recipient": "Veilig Thuis, dienst van vandaag",
        "safe_contact": "Alleen op werkdagen tussen 9 en 11 uur, vaste telefoon van het werk. Niet appen.",
        "not_shared_with": "Zijn broer, die bij dezelfde instelling werkt.",
        "where_he_is": "Aangehouden, cellencomplex; voorgeleiding morgenochtend.",
        "done_so_far": ("Letsel laten bekijken door de huisartsenpost.",),
        "asked_of_you": "Bel vandaag terug voor overleg over de plek.",
    }
    return PaperOptions(**(given | changes))
