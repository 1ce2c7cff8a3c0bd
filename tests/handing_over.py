"""A hand-over as the window does it: a real paper, with what it leaves out; only the file is left away."""

from __future__ import annotations

from typing import Any

from borg_triage.app.papers import make_paper, withheld_by
from borg_triage.app.saving import Nothing
from borg_triage.app.session import CaseSession
from borg_triage.report.model import Withheld
from borg_triage.report.options import PaperOptions

# As of a paper that tells all.
NOTHING = Withheld(words=False)


def hand_over(case: CaseSession, **ticks: Any) -> None:
    """Hand a case over to Veilig Thuis. ticks: of the options of the paper."""
    options = PaperOptions(made_at=case.session.now(), recipient="Veilig Thuis", **ticks)
    paper = make_paper(case.freeze(), options, ready=case.ready)
    case.hand_over(
        options.recipient, encrypted=True, paper=paper.variant, withheld=withheld_by(paper), lay=Nothing
    )
