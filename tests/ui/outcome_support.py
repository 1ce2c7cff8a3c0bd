"""Real vaults, real cases from the examples, and pages built from them: for the tests of the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QScrollArea, QWidget

from borg_triage.app.examples import enter, names, read_example
from borg_triage.app.resources import catalog
from borg_triage.app.session import CaseSession, Session
from borg_triage.storage.keys.cost import Cost
from borg_triage.ui import theme
from borg_triage.ui.application import load_font
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Disclosure
from borg_triage.ui.widgets.outcome_layout import Unfolding
from tests.clock import Clock
from tests.copies import lay_copy

PASSPHRASE = "vijf losse woorden samen hier"
WORKER = "M. Bakker"


@dataclass
class Bench:
    """An open case and what the pages asked of the window."""

    case: CaseSession
    clock: Clock
    vault: Path
    ctx: Context
    went: list[tuple[str, dict[str, Any]]]
    failed: list[BaseException]
    changes: list[None]
    shown: list[QWidget] = field(default_factory=list)

    def page(self, page: str, width: int = 1086, height: int = 700, **args: Any) -> Any:
        """A page, shown and laid out as in the window."""
        made = import_module(f"borg_triage.ui.pages.{page}").Page(self.ctx, **args)
        self.shown.append(made)
        made.resize(width, height)
        made.show()
        settle()
        return made

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.now += timedelta(**span)

    def reopened(self) -> CaseSession:
        """The case as it lies in the vault, read by another session."""
        self.case.session.close()
        session = Session.open(self.vault, PASSPHRASE, WORKER, clock=self.clock)
        self.case = self.ctx.case = session.open_case(self.case.id)
        return self.case

    def speak(self, language: str) -> Bench:
        """The same case in another language."""
        self.ctx.texts = catalog(language)
        return self

    def put_away(self) -> None:
        """Close what is shown."""
        for page in self.shown:
            page.close()
            page.deleteLater()
        self.shown.clear()
        settle()


def on_the_bench(session: Session, case: CaseSession, clock: Clock, vault: Path) -> Bench:
    """A case with a window that only remembers what it was asked."""
    went: list[tuple[str, dict[str, Any]]] = []
    failed: list[BaseException] = []
    changes: list[None] = []
    ctx = Context(
        texts=catalog(session.language),
        go=lambda page, **args: went.append((page, args)),
        changed=lambda: changes.append(None),
        fail=failed.append,
        session=session,
        case=case,
    )
    return Bench(case, clock, vault, ctx, went, failed, changes)


def _vault_with(folder: Path, name: str) -> str:
    """A vault with one example in it; the name of its file."""
    example, vault = read_example(name), folder / "test.borgvault"
    clock = Clock(example.at(10))
    session = Session.create(vault, PASSPHRASE, WORKER, clock=clock, cost=Cost.floor())
    enter(example, session, "Merel 1")
    session.close(back_up=False)
    return vault.name


@contextmanager
def bench(folder: Path, example: str, language: str = "nl") -> Iterator[Bench]:
    """A vault with one example in it."""
    folder.mkdir(parents=True, exist_ok=True)
    clock, vault = Clock(read_example(example).at(10)), folder / lay_copy(folder, _vault_with, example)
    session = Session.open(vault, PASSPHRASE, WORKER, language, clock=clock)
    made = on_the_bench(session, session.open_case(session.cases()[0].id), clock, vault)
    try:
        yield made
    finally:
        made.put_away()
        made.case.session.close()


@contextmanager
def all_examples(folder: Path) -> Iterator[dict[str, Bench]]:
    """A vault with every example in it, judged; each with the clock at its own day."""
    vault = folder / "test.borgvault"
    opened = Session.create(vault, PASSPHRASE, WORKER, cost=Cost.floor())
    benches: dict[str, Bench] = {}
    for name in names():
        example = read_example(name)
        clock = Clock(example.at(10))
        session = Session(opened.vault, WORKER, clock=clock)
        case = enter(example, session, name)
        case.judge("high", "undetermined", "Wat ik denk.")
        benches[name] = on_the_bench(session, case, clock, vault)
    try:
        yield benches
    finally:
        for made in benches.values():
            made.put_away()
        opened.close()


def unfold(page: QWidget) -> None:
    """Open everything that is folded; hidden meanwhile, since each opening lays a shown page out again."""
    page.hide()
    for folded in (*page.findChildren(Disclosure), *page.findChildren(Unfolding)):
        folded.toggle()
    page.show()
    for _ in range(3):  # a label that grows may let the one that holds it grow, and so on upward
        settle()


def dress(mode: str = "light", zoom: int = 100) -> None:
    """The look of the program, with its own font."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, mode, zoom, load_font())


def settle() -> None:
    """Let everything happen that waits to happen."""
    for _ in range(4):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def texts_of(widget: QWidget) -> list[str]:
    """Every text that shows in a widget."""
    shown = [
        *(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)),
        *(button.text() for button in widget.findChildren(QAbstractButton) if button.isVisibleTo(widget)),
    ]
    return [text for text in shown if text]


def words_of(widget: QWidget) -> str:
    """The same as one text."""
    return "\n".join(texts_of(widget))


def button(widget: QWidget, text: str) -> QAbstractButton:
    """The one button that shows with a text."""
    found = [
        one
        for one in widget.findChildren(QAbstractButton)
        if one.isVisibleTo(widget) and one.text().startswith(text)
    ]
    assert len(found) == 1, (text, [one.text() for one in found])
    return found[0]


def cut_off(page: QWidget) -> list[str]:
    """The texts that have less room than they need, and the controls that stick out of their page."""
    labels = [one for one in page.findChildren(QLabel) if one.isVisibleTo(page) and one.text()]
    buttons = [one for one in page.findChildren(QAbstractButton) if one.isVisibleTo(page) and one.text()]
    lines = [one for one in page.findChildren(QLineEdit) if one.isVisibleTo(page)]
    ground = page.widget() if isinstance(page, QScrollArea) else page
    assert ground is not None
    faults = [
        f"{one.size().toTuple()} is too small: {one.text()[:60]}"
        for one in (*labels, *buttons)
        if one.height() < _height_needed(one) or one.width() < _width_needed(one)
    ]
    faults += [
        f"sticks out: {one.accessibleName()[:60]}"
        for one in (*buttons, *lines)
        if one.mapTo(ground, one.rect().topRight()).x() > page.width()
    ]
    return faults


def _height_needed(widget: QWidget) -> int:
    return widget.heightForWidth(widget.width()) if widget.hasHeightForWidth() else widget.sizeHint().height()


def _width_needed(widget: QWidget) -> int:
    wraps = isinstance(widget, QLabel) and widget.wordWrap()
    if isinstance(widget, QLabel):
        return 0 if wraps else widget.sizeHint().width()
    return widget.minimumSizeHint().width()


def unnamed(widget: QWidget) -> list[str]:
    """The controls that a screen reader has no name for."""
    controls = (*widget.findChildren(QAbstractButton), *widget.findChildren(QLineEdit))
    internal = {"QToolButton"}
    return [
        type(one).__name__
        for one in controls
        if one.isVisibleTo(widget)
        and type(one).__name__ not in internal
        and not (one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()))
    ]
