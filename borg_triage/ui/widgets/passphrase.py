"""A field for a passphrase, hidden until asked to show it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from borg_triage.ui import numbers, theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, SecondaryButton


class PassphraseField(QWidget):
    """label: its name. hint: the rule it must keep."""

    def __init__(self, ctx: Context, label: str, hint: str = "") -> None:
        super().__init__()
        self._ctx = ctx
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.space("xs"))
        name = Body(label, bold=True)
        column.addWidget(name)
        self._hint = Body("", tone="muted", size="small")
        column.addWidget(self._hint)
        row = QHBoxLayout()
        row.setSpacing(now.space("s"))
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setProperty(*numbers.SECRET_INPUT)
        self.line.setAccessibleName(label)
        self.put_hint(hint)
        name.setBuddy(self.line)
        self.toggle = SecondaryButton(ctx.t("passphrase.show"), self._toggle, icon="eye")
        row.addWidget(self.line, 1)
        row.addWidget(self.toggle)
        column.addLayout(row)

    def text(self) -> str:
        """What is typed."""
        return self.line.text()

    def put_hint(self, hint: str) -> None:
        """Say another rule."""
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.line.setAccessibleDescription(hint)

    def _toggle(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self.toggle.put_text(self._ctx.t("passphrase.hide" if hidden else "passphrase.show"))
        self.toggle.set_icon("eye_off" if hidden else "eye")
