"""What may be lost, and is not: the backups of a vault, and whether everything in it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from borg_triage.domain.errors import BorgTriageError
from borg_triage.storage.people import OWNER
from borg_triage.text import formats
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import (
    Badge,
    Body,
    Column,
    Disclosure,
    Field,
    FlowRow,
    Notice,
    OneLine,
    Rule,
    SecondaryButton,
    Select,
)
from borg_triage.ui.widgets.care import Part
from borg_triage.ui.widgets.told import Told

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.storage.backup_files import Backup
    from borg_triage.storage.check import Finding

_FIRST: Final = 5
_COPIES: Final = (3, 5, 10, 20, 50)
_DAYS: Final = (14, 30, 90, 180, 365)
_MB: Final = 1_000_000


class Backups(Part):
    """Which backups there are, one more now, how many are kept, and putting one back."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "backups")
        from borg_triage.storage.backup_files import is_unlisted
        from borg_triage.text.backup_names import backups_folder

        self.listed = session.vault.backups()
        self.add(Body(ctx.t("care.backups.folder", folder=backups_folder(self.vault.path)), size="small"))
        self.make = SecondaryButton(ctx.t("care.backups.make"), self._make, icon="plus")
        self.add(FlowRow(self.make))
        self.add(self.told)
        self.add(self.work)
        self._warn()
        self.rows: list[BackupRow] = []
        if is_unlisted(self.vault.path):
            title = ctx.t("care.backups.unlisted.title")
            self.add(Notice(title, ctx.t("care.backups.unlisted"), "attention"))
        elif not self.listed:
            self.add(Body(ctx.t("care.backups.none"), bold=True))
        else:
            self.add(self._rows(self.listed[:_FIRST]))
        if len(self.listed) > _FIRST:
            rest = self.listed[_FIRST:]
            self.add(Disclosure(ctx.texts.plural("care.backups.more", len(rest)), lambda: self._rows(rest)))
        self._add_keeping()

    @property
    def owned(self) -> bool:
        """Whether whoever opened the vault is an owner; with a bare key that is so too."""
        return self.vault.person.role == OWNER

    def _warn(self) -> None:
        """Name the backups that an owner has to see to: what they hold, or whom they let in."""
        if self.owned:
            self._name("others", self.vault.open_to_others())
            left = self.vault.erasing_left()
            if left.file:
                title = self.ctx.t("care.backups.erased_file.title")
                self.add(Notice(title, self.ctx.t("care.backups.erased_file"), "attention"))
            self._name("erased_held", left.held)
            self._name("erased", left.unread)
            self._name("erased_aside", left.aside)

    def _name(self, what: str, found: list[Backup]) -> None:
        if found:
            # By the moment, as in the list below, and by the name in the folder.
            told = [
                self.ctx.t("care.backups.named", when=self.moment(one.at), file=one.path.name)
                for one in found
            ]
            names = formats.listing(told, self.ctx.language)
            title = self.ctx.t(f"care.backups.{what}.title")
            self.add(Notice(title, self.ctx.t(f"care.backups.{what}", backups=names), "attention"))

    def _rows(self, backups: Sequence[Backup]) -> Column:
        column = Column(gap="s")
        for backup in backups:
            column.add(Rule())
            self.rows.append(column.add(BackupRow(self, backup)))
        return column

    def _make(self) -> None:
        vault = self.vault

        def done(made: Any) -> None:
            self.again("care.backups.made", when=self.moment(made.at))

        self.do(self.ctx.t("care.backups.busy"), vault.backup, done)

    def _add_keeping(self) -> None:
        ctx, now = self.ctx, self.vault.keeping
        if not self.owned:
            self.add(Rule())
            self.add(Body(ctx.t("care.keeping.title"), bold=True))
            self.add(
                Body(
                    ctx.t("care.keeping.owners_only", owners=self.owners(), copies=now.copies, days=now.days)
                )
            )
            return
        self.copies = Select(
            [(str(n), ctx.t("care.keeping.copies.n", n=n)) for n in sorted({*_COPIES, now.copies})],
            str(now.copies),
        )
        self.days = Select(
            [(str(n), ctx.t("care.keeping.days.n", n=n)) for n in sorted({*_DAYS, now.days})], str(now.days)
        )
        self.add(Rule())
        self.add(Body(ctx.t("care.keeping.title"), bold=True))
        self.add(
            FlowRow(
                Field(ctx.t("care.keeping.copies"), self.copies),
                Field(ctx.t("care.keeping.days"), self.days),
                gap=16,
            )
        )
        self.add(Body(ctx.t("care.keeping.hint", hours=now.hours), tone="muted", size="small"))
        self.kept = self.add(Told())
        for select in (self.copies, self.days):
            select.chosen.connect(lambda _value: self._keep())

    def _keep(self) -> None:
        new = self.vault.keeping._replace(copies=int(self.copies.value()), days=int(self.days.value()))
        try:
            self.vault.keeping = new
        except BorgTriageError as error:
            self.ctx.fail(error)
        else:
            self.kept.say(self.ctx.t("care.keeping.kept"), "info")


class BackupRow(Column):
    """One backup: when, how large, whether it was checked; and the way to put it back."""

    def __init__(self, part: Backups, backup: Backup) -> None:
        super().__init__(gap="s")
        ctx = part.ctx
        self._part, self.backup = part, backup
        when = part.moment(backup.at)
        kind = ctx.t(f"care.backups.kind.{backup.kind or 'rolling'}")
        line = ctx.t("care.backups.line", kind=kind, mb=_megabytes(backup.size, ctx))
        text = Column(Body(when, bold=True), Body(line, tone="muted", size="small"), gap="xs")
        if not part.owned:
            self.add(text)
            return
        label = ctx.t("care.restore")
        self.button = SecondaryButton(label, self._ask, name=f"{label}: {when}")
        self.add(OneLine(text, self.button))
        lines = [ctx.t(f"care.restore.{line}", when=when) for line in ("what", "aside", "passphrase")]
        self.sure = self.add(
            Ask(
                ctx.t("care.restore.title", when=when),
                lines,
                ctx.t("care.restore.lock"),
                ctx.t("care.back_out"),
                self._lock,
            )
        )

    def _ask(self) -> None:
        self.sure.ask(self.button)

    def _lock(self) -> None:
        """A vault that is open cannot be replaced: lock it, and go on where backups are put back."""
        from borg_triage.ui.window import MainWindow

        window = self.window()
        if not isinstance(window, MainWindow):
            return
        file, name = str(self._part.vault.path), self._part.vault.person.name
        source = str(self.backup.path)
        window.lock()
        window.go("restore", file=file, name=name, source=source)


class Check(Part):
    """Everything that belongs to the vault read through, and what was found in words."""

    def __init__(self, ctx: Context, session: Session) -> None:
        super().__init__(ctx, session, "check")
        self.start = SecondaryButton(ctx.t("care.check.start"), self._check, icon="search")
        self.add(FlowRow(self.start))
        self.add(self.told)
        self.add(self.work)
        self.findings = self.add(Column(gap="s"))

    def _check(self) -> None:
        vault = self.vault
        self.do(self.ctx.t("care.check.busy"), lambda _progress: vault.check(), self._show)

    def _show(self, findings: list[Finding]) -> None:
        from borg_triage.ui.widgets.basics import clear

        ctx, bad = self.ctx, sum(not finding.good for finding in findings)
        clear(self.findings.body)
        if bad:
            self.told.say(ctx.texts.plural("care.check.bad", bad), "high")
        else:
            self.told.say(ctx.t("care.check.good"), "info")
        for finding in findings:
            badge = Badge(
                ctx.t("care.check.holds" if finding.good else "care.check.fails"),
                "neutral" if finding.good else "high",
                icon="tick" if finding.good else "cross",
            )
            self.findings.add(Rule())
            self.findings.add(OneLine(Body(ctx.t(finding.key, **finding.params)), badge))


def _megabytes(size: int, ctx: Context) -> str:
    from babel.numbers import format_decimal

    return format_decimal(max(0.1, round(size / _MB, 1)), locale=ctx.language)
