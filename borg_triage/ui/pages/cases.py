"""The cases of the open vault: search as you type, open one, start a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.errors import not_stored
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    Column,
    Field,
    FlowRow,
    Heading,
    Notice,
    PrimaryButton,
    ScrollPage,
    SecondaryButton,
)
from borg_triage.ui.widgets.case_list import CaseLines, CaseModel
from borg_triage.ui.widgets.due_notice import DueNotice
from borg_triage.ui.widgets.fields import RadioRows
from borg_triage.ui.widgets.log_identity import PurposeChoice
from borg_triage.ui.widgets.loss_notice import loss_notice
from borg_triage.ui.widgets.personal_notices import given_notice, roles_notice
from borg_triage.ui.widgets.recovery_state import reminder
from borg_triage.ui.widgets.unfinished import unfinished_notice

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.domain.instrument import UserGroup

_GROUPS = ("police", "shelter", "veilig_thuis")
# Typing goes on for this long (ms) before the list is read again.
_PAUSE = 80


class Page(ScrollPage):
    """new: show the form for a new case. text: what is searched for. name: the pseudonym as typed before.

    done: what was just done, to be said first. unfinished: what is left of an erasing, in words.
    """

    def __init__(
        self,
        ctx: Context,
        new: bool = False,
        text: str = "",
        name: str = "",
        done: str = "",
        unfinished: str = "",
    ) -> None:
        super().__init__(ctx.t("cases.title"))
        self._ctx = ctx
        self.form: NewCase | None = None
        if new:
            self.form = self.add(NewCase(ctx, name))
        else:
            self.new = PrimaryButton(ctx.t("cases.new"), lambda: ctx.go("cases", new=True), icon="plus")
            self.vault = SecondaryButton(ctx.t("cases.vault"), lambda: ctx.go("vault"), icon="folder")
            self.add(FlowRow(self.new, self.vault, gap=12))
            told = reminder(ctx)
            if told is not None:
                self.add(told)
            self._add_notices(done, unfinished)
        self.search = SearchLine(text)
        self.search.setPlaceholderText(ctx.t("cases.search.hint"))
        self.search.setClearButtonEnabled(True)
        self.add(Field(ctx.t("cases.search"), self.search))
        self.model = CaseModel(ctx, self)
        self.list = QListView()
        self.list.setProperty("ring", "none")
        self.list.setModel(self.model)
        self.list.setItemDelegate(CaseLines(self.model, self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(ctx.t("cases.title"))
        self.list.setMinimumHeight(theme.current().px(360))
        self.list.activated.connect(self._open)
        self.list.clicked.connect(self._open)
        self.add(self.list)
        self.empty = self.add(Body("", tone="muted"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        self.search.textChanged.connect(lambda _text: self._pause.start(_PAUSE))
        self.search.leave = self._into_list
        self.search.returnPressed.connect(self._open_first)
        self._look()

    def _add_notices(self, done: str, unfinished: str) -> None:
        session = self._ctx.session
        if done:
            self.add(Notice("", done, "info"))
        if unfinished:
            self.add(unfinished_notice(self._ctx, unfinished))
        if session is None:
            return
        lost = loss_notice(self._ctx, session)
        if lost is not None:
            self.add(lost)
        self.roles = roles_notice(self._ctx, session)
        if self.roles is not None:
            self.add(self.roles)
        self.given = given_notice(self._ctx, session)
        if self.given is not None:
            self.add(self.given)
        self.due = self.add(DueNotice(self._ctx, session, self._look))
        if _usual_group(session) == "police":
            self.purpose = self.add(PurposeChoice(self._ctx, session))

    def begin(self) -> None:
        """Where the keyboard starts."""
        (self.form.pseudonym if self.form else self.search).setFocus()

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        name = self.form.pseudonym.text() if self.form else ""
        return {"new": self.form is not None, "text": self.search.text(), "name": name}

    def _look(self) -> None:
        try:
            self.model.search(self.search.text())
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        found = self.model.rowCount()
        self.list.setVisible(found > 0)
        self.empty.setVisible(found == 0)
        self.empty.setText(self._ctx.t("cases.none_found" if self.search.text().strip() else "cases.none"))
        if found:
            self.list.setCurrentIndex(self.model.index(0))

    def _into_list(self) -> None:
        if self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def _open_first(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._look()
        self._open(self.list.currentIndex())

    def _open(self, index: QModelIndex) -> None:
        summary = self.model.case(index)
        session = self._ctx.session
        if summary is None or session is None:
            return
        try:
            if session.glass(summary.id) is not None:
                self._ctx.go("glass", case_id=summary.id)
                return
            case = session.open_case(summary.id)
        except BorgTriageError as error:
            self._ctx.fail(error)
        else:
            self._ctx.open_case(case)


class SearchLine(QLineEdit):
    """A line from which the arrow down leads into the list."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.leave: Callable[[], None] | None = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow down leaves the line."""
        if event.key() == Qt.Key.Key_Down and self.leave is not None:
            self.leave()
        else:
            super().keyPressEvent(event)


class NewCase(Card):
    """The form for a new case: a pseudonym and the user group."""

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__(gap="l", padding="xl")
        self._ctx = ctx
        self.add(Heading(ctx.t("cases.new"), 2))
        self.pseudonym = QLineEdit(name)
        self.pseudonym.setMaxLength(80)
        self.add(Field(ctx.t("cases.pseudonym"), self.pseudonym, ctx.t("cases.pseudonym.hint")))
        options = [(group, ctx.t(f"group.{group}")) for group in _GROUPS]
        usual = _usual_group(ctx.session) if ctx.session else None
        self.group = RadioRows(options, usual, ctx.t("cases.group"))
        self.add(Column(Body(ctx.t("cases.group"), bold=True), self.group, gap="s"))
        self.start = PrimaryButton(ctx.t("cases.start"), self._start, icon="arrow_right")
        self.add(FlowRow(self.start, SecondaryButton(ctx.t("cases.cancel"), lambda: ctx.go("cases"))))
        self.pseudonym.returnPressed.connect(self._start)

    def _start(self) -> None:
        group, session = self.group.value(), self._ctx.session
        if session is None:
            return
        try:
            if group is None:
                raise BorgTriageError("cases.error.no_group")
            case = session.new_case(self.pseudonym.text(), cast("UserGroup", group))
        except BorgTriageError as error:
            self._ctx.fail(not_stored(error))
        else:
            self._ctx.open_case(case)


def _usual_group(session: Session) -> str | None:
    """The group of the latest case: a vault is mostly used by one team."""
    cases = session.cases(limit=1)
    return cases[0].user_group if cases else None
