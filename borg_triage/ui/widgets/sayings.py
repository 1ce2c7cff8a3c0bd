"""What was said about an item: side by side, each with who, when and by whom, and a way to withdraw it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QSizePolicy

from borg_triage.domain.case import CaseView, Recorded
from borg_triage.domain.instrument import ABSENT, Item
from borg_triage.ui import theme
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Body, Card, FlowRow, QuietButton


def value_text(ctx: Context, item: Item, value: str) -> str:
    """An answer in words."""
    if value in ABSENT or item.kind == "yes_no":
        return ctx.t(f"value.{value}")
    if item.kind == "choice":
        return ctx.t(f"item.{item.id}.value.{value}")
    from datetime import date

    from borg_triage.text import formats

    return formats.day(date.fromisoformat(value), ctx.language)


def saying_line(ctx: Context, view: CaseView, entry: Recorded) -> str:
    """Who said it and when, on one line."""
    from borg_triage.text import formats

    seen = entry.observation
    when = ctx.t("saying.today") if seen.on == view.today else formats.short_day(seen.on, ctx.language)
    line = ctx.t("saying.who_when", who=ctx.t(f"source.{seen.source}.short"), when=when)
    return ctx.t("saying.overheard", line=line) if seen.overheard else line


class Saying(Card):
    """One observation."""

    def __init__(
        self, ctx: Context, item: Item, entry: Recorded, withdraw: Callable[[int], object] | None
    ) -> None:
        super().__init__(gap="xs", padding="m")
        now = theme.current()
        view = ctx.opened.view
        value = value_text(ctx, item, entry.observation.value)
        self.add(Body(value, bold=True))
        self.add(Body(saying_line(ctx, view, entry), size="small"))
        recorded = self._recorded(ctx, entry)
        self.add(Body(recorded, tone="muted", size="small"))
        if entry.observation.note:
            self.add(Body(ctx.t("saying.note", note=entry.observation.note), size="small"))
        if withdraw is not None:
            name = ctx.t("saying.withdraw.name", value=value, line=saying_line(ctx, view, entry))
            button = QuietButton(
                ctx.t("saying.withdraw"), lambda: withdraw(entry.seq), icon="undo", name=name
            )
            self.withdraw = button
            self.add(FlowRow(button))
        self.setAccessibleName(f"{value}. {saying_line(ctx, view, entry)}. {recorded}")
        self.setMinimumWidth(now.px(150))
        self.setMaximumWidth(now.px(360))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @staticmethod
    def _recorded(ctx: Context, entry: Recorded) -> str:
        from borg_triage.text import formats

        moment = formats.moment(entry.recorded_at, ctx.language)
        return ctx.t("saying.recorded", moment=moment, by=entry.recorded_by)


def withdraw_button(
    ctx: Context, item: Item, entry: Recorded, withdraw: Callable[[int], object]
) -> QuietButton:
    """The way to take back an observation that was a mistake."""
    value, line = value_text(ctx, item, entry.observation.value), saying_line(ctx, ctx.opened.view, entry)
    name = ctx.t("saying.withdraw.name", value=value, line=line)
    return QuietButton(ctx.t("saying.withdraw"), lambda: withdraw(entry.seq), icon="undo", name=name)


def side_by_side(
    ctx: Context, item: Item, said: Sequence[Recorded], withdraw: Callable[[int], object] | None
) -> FlowRow:
    """Everything said about an item, the newest first."""
    cards = [Saying(ctx, item, entry, withdraw) for entry in reversed(said)]
    return FlowRow(*cards, gap=theme.current().space("s"))
