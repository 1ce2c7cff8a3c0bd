"""Hand-over papers: made from a case for one recipient; `app.saving` saves them.

The PDF library is imported only when a PDF is made.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from borg_triage.app.directory import directory
from borg_triage.app.instruments import ReadyInstrument, current
from borg_triage.app.proof_sheet import proof_of
from borg_triage.app.resources import ResourceError, catalog, resources
from borg_triage.app.saving import PaperError
from borg_triage.domain.case import CaseView
from borg_triage.report.build import build_paper
from borg_triage.report.layout import PaperLayout
from borg_triage.report.model import Paper, Withheld
from borg_triage.report.options import PaperOptions, Phone

if TYPE_CHECKING:
    from borg_triage.report.sealed_pdf import SealedPdf


def variants() -> tuple[str, ...]:
    """The ids of the papers there are; their names are the texts `paper.variant.ID`."""
    return tuple(sorted(path.stem for path in (resources() / "papers").glob("*.toml")))


def make_paper(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> Paper:
    """The paper as blocks. ready: the instrument the case was assessed with; the current one by default.

    Raises PaperError for a variant there is not.
    """
    if language is not None:
        options = replace(options, language=language)
    if options.variant not in variants():
        raise PaperError("paper.error.variant", variant=options.variant)
    made_with = ready or current()
    return build_paper(
        view,
        options,
        catalog(options.language),
        made_with.instrument,
        _phone,
        _layout(options.variant),
        proof_of(made_with.ref),
    )


def make_pdf(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> bytes:
    """The paper as a PDF; the same case and options give the same bytes."""
    return pdf_of(make_paper(view, options, language, ready))


def pdf_of(paper: Paper) -> bytes:
    """A paper as a PDF; the same paper gives the same bytes."""
    from borg_triage.report.pdf import render_pdf

    return render_pdf(paper, resources() / "fonts")


def withheld_by(paper: Paper) -> Withheld:
    """What of its case a paper does not tell, as a PDF: it has no letters for some scripts."""
    from borg_triage.report.pdf import prints_all

    return paper.withheld if prints_all(paper, resources() / "fonts") else Withheld(words=True)


def make_html(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> str:
    """The same paper as an accessible page that stands on its own."""
    from borg_triage.report.html import render_html

    return render_html(make_paper(view, options, language, ready))


def make_text(
    view: CaseView, options: PaperOptions, language: str | None = None, ready: ReadyInstrument | None = None
) -> str:
    """The same paper as plain text."""
    from borg_triage.report.plain import render_text

    return render_text(make_paper(view, options, language, ready))


def seal_pdf(content: bytes) -> SealedPdf:
    """The same PDF, opened only by a fresh passphrase: show it once, it is kept nowhere."""
    from borg_triage.report.sealed_pdf import seal

    return seal(content)


def _phone(destination: str) -> Phone | None:
    found = directory().contact(destination)
    if found is None or found.phone is None:
        return None
    return Phone(found.phone, found.phone_hours, found.status == "confirmed")


@cache
def _layout(variant: str) -> PaperLayout:
    path = resources() / "papers" / f"{variant}.toml"
    try:
        return _read(path)
    except OSError as error:
        raise ResourceError("app.error.incomplete", name="papers") from error


def _read(path: Path) -> PaperLayout:
    # By way of JSON: strict models refuse TOML's lists where they hold tuples.
    return PaperLayout.model_validate_json(json.dumps(tomllib.loads(path.read_text("utf-8"))))
