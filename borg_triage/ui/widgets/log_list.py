"""Entries of the log as sentences, a page at a time, newest first; and the way to save them as a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from borg_triage.app.log_text import told
from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Column, FlowRow, Rule, SecondaryButton, clear
from borg_triage.ui.widgets.file_part import AskWhere, ask_file, save_to
from borg_triage.ui.widgets.told import Told

if TYPE_CHECKING:
    from borg_triage.app.case_care import LayContent
    from borg_triage.app.log_text import Told as Line
    from borg_triage.app.vault_care import LogFormat
    from borg_triage.storage.log import LogEntry

# The entries before a number; None: the latest.
Read = Callable[[int | None], "Sequence[LogEntry]"]
Save = Callable[["LogFormat", "LayContent"], object]


class LogList(Column):
    """name: of the case that a line is about, where that is not clear from the page."""

    def __init__(self, ctx: Context, read: Read, page: int, name: Callable[[str], str] | None = None) -> None:
        super().__init__(gap="s")
        self._ctx, self._page, self._name = ctx, page, name
        self._read = read
        self.lines = self.add(Column(gap="s"))
        self.older = SecondaryButton(ctx.t("log.older"), self._more, icon="down")
        self.add(FlowRow(self.older))
        self._last: int | None = None
        self.shown: list[Line] = []
        self._more()

    def look_for(self, read: Read) -> None:
        """Show other entries."""
        clear(self.lines.body)
        self._read, self._last = read, None
        self.shown.clear()
        self._more()

    def _more(self) -> None:
        try:
            entries = self._read(self._last)
        except BorgTriageError as error:
            self._ctx.fail(error)
            return
        self.older.setVisible(len(entries) == self._page)
        lines = told(entries, self._ctx.texts)
        if not self.shown and not lines:
            self.lines.add(Body(self._ctx.t("log.none"), tone="muted"))
        for line in lines:
            if self.lines.body.count():
                self.lines.add(Rule())
            self.lines.add(self._line(line))
        self.shown += lines
        if entries:
            self._last = entries[-1].seq

    def _line(self, line: Line) -> Column:
        where = [self._name(line.case_id)] if self._name is not None and line.case_id else []
        return Column(
            Body(line.sentence),
            Body(" · ".join((line.when, *where, *line.more)), tone="muted", size="small"),
            gap="xs",
        )


class LogExport(Column):
    """Two buttons: for a spreadsheet, and for who checks the chain. save: as `case_care.save_log`."""

    def __init__(self, ctx: Context, save: Save) -> None:
        super().__init__(gap="s")
        self._ctx, self._save = ctx, save
        self.ask_where: AskWhere = lambda name: ask_file(ctx, self, name)
        self.csv = SecondaryButton(ctx.t("log.save.csv"), lambda: self._write("csv"), icon="file")
        self.json = SecondaryButton(ctx.t("log.save.jsonl"), lambda: self._write("jsonl"), icon="file")
        self.add(FlowRow(self.csv, self.json, gap=theme.current().space("s")))
        self.add(Body(ctx.t("log.save.what"), tone="muted", size="small"))
        self.told = self.add(Told())

    def _write(self, format_: LogFormat) -> None:
        from borg_triage.app.saving import lay

        today = self._ctx.session.today().isoformat() if self._ctx.session else ""
        name = f"{self._ctx.t('log.save.name')}-{today}.{format_}"
        save_to(
            self._ctx,
            self.told,
            self.ask_where,
            name,
            lambda path: self._save(format_, lambda content: lay(path, content)),
        )
