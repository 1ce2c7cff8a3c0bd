"""Where one can go: the pages by id, and the list of sections beside an open case. Knows no widgets."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from borg_triage.ui.context import Context

# Page id -> module and class; a module is imported when its page is first shown.
PAGES: Final = {
    "unlock": "borg_triage.ui.pages.unlock:page",
    "recover": "borg_triage.ui.pages.unlock_recover:Page",
    "restore": "borg_triage.ui.pages.unlock_restore:Page",
    "kit": "borg_triage.ui.pages.unlock_kit:Page",
    "vault": "borg_triage.ui.pages.vault_care:Page",
    "terms": "borg_triage.ui.pages.terms:Page",
    "cases": "borg_triage.ui.pages.cases:Page",
    "due": "borg_triage.ui.pages.due:Page",
    "glass": "borg_triage.ui.pages.glass:Page",
    "logbook": "borg_triage.ui.pages.logbook:Page",
    "interview": "borg_triage.ui.pages.interview:Page",
    "door": "borg_triage.ui.pages.door:Page",
    "questions": "borg_triage.ui.pages.questions:Page",
    "judgement": "borg_triage.ui.pages.judgement:Page",
    "result": "borg_triage.ui.pages.result:Page",
    "gate": "borg_triage.ui.pages.gate:Page",
    "handover": "borg_triage.ui.pages.handover:Page",
    "file": "borg_triage.ui.pages.file:Page",
    "proof": "borg_triage.ui.pages.proof:Page",
}
# Pages of an open case that no section has, in the order of the list.
_AFTER: Final = ("judgement", "result", "gate", "handover", "file")
# What may be shown while the partner looks on.
NEUTRAL: Final = ("interview", "questions")


class Place(NamedTuple):
    """A page with what it is built from, such as a section."""

    page: str
    section: str = ""

    @property
    def args(self) -> dict[str, Any]:
        """The arguments of the page."""
        return {"section": self.section} if self.section else {}


class Entry(NamedTuple):
    """A line of the section list.

    detail: how far it is, in words. signals: something in it raises the outcome.
    """

    place: Place
    title: str
    detail: str = ""
    signals: bool = False


def build(ctx: Context, page: str, **args: Any) -> QWidget:
    """Make a page. Raises KeyError for an id that is not there."""
    module, _, name = PAGES[page].partition(":")
    made: QWidget = getattr(import_module(module), name)(ctx, **args)
    return made


def entries(ctx: Context) -> tuple[Entry, ...]:
    """The section list of the open case: empty without one."""
    if ctx.case is None:
        return ()
    neutral = ctx.neutral
    found = [_interview(ctx, neutral=neutral)]
    if not neutral:
        found.insert(0, Entry(Place("door"), ctx.t("nav.door"), ctx.t("nav.door.detail")))
    sections = (section for section in ctx.flow.sections(neutral=neutral) if section != "interview")
    found += [_section(ctx, section, neutral=neutral) for section in sections]
    if not neutral:
        found += [Entry(Place(page), ctx.t(f"nav.{page}"), _detail(ctx, page)) for page in _AFTER]
    return tuple(found)


def section_title(ctx: Context, section: str, *, neutral: bool) -> str:
    """The short name of a section."""
    if neutral:
        return ctx.t(f"section.{section}.neutral_title")
    return ctx.first(f"nav.section.{section}", f"section.{section}.title")


def _section(ctx: Context, section: str, *, neutral: bool) -> Entry:
    progress = ctx.flow.progress(section, ctx.opened.view, neutral=neutral)
    detail = ctx.t("nav.progress", answered=progress.answered, total=progress.total)
    signals = progress.signals and not neutral
    if signals:
        detail = ctx.t("nav.progress.signal", progress=detail)
    return Entry(Place("questions", section), section_title(ctx, section, neutral=neutral), detail, signals)


def _interview(ctx: Context, *, neutral: bool) -> Entry:
    title = section_title(ctx, "interview", neutral=neutral)
    counted = ctx.opened.view.assessment.counted.get("interview.separate")
    detail = "" if neutral else ctx.t(f"nav.interview.{counted or 'open'}")
    return Entry(Place("interview"), title, detail)


def _detail(ctx: Context, page: str) -> str:
    if page != "judgement":
        return ""
    return ctx.t("nav.judgement.given" if ctx.opened.view.judgement else "nav.judgement.not_yet")
