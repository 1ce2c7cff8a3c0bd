"""The terms of one kind of organisation: a row for each, which opens a form for who may change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from borg_triage.app import retention_text
from borg_triage.app.retention import may_change
from borg_triage.app.retention_profiles import PERIODS, profiles, shipped
from borg_triage.ui.context import Context
from borg_triage.ui.widgets.basics import Badge, Body, Column, FlowRow, OneLine, Rule, SecondaryButton
from borg_triage.ui.widgets.care import Part
from borg_triage.ui.widgets.terms_form import ChoiceForm, LengthForm, TermForm

if TYPE_CHECKING:
    from borg_triage.app.session import Session
    from borg_triage.domain.retention import Period

# In the order in which they come into play.
_VALUES: Final = ("clock", "idle", "remind", "hidden", "erased", "working_copy", "handed_over")


class ProfileTerms(Part):
    """Of one profile."""

    def __init__(self, ctx: Context, session: Session, profile: str) -> None:
        super().__init__(ctx, session, f"terms.{profile}")
        self.name = "terms"
        self.profile = profiles(session.vault.settings)[profile]
        self.shipped = shipped()[profile]
        if not self.managing:
            self.say_owners_only()
        self.rows = {value: self._row(value) for value in _VALUES}

    @property
    def managing(self) -> bool:
        """Whether whoever opened the vault sets its terms: with a bare key too."""
        return may_change(self.vault)

    def now(self, value: str) -> str:
        """What a value is now, in words."""
        return retention_text.now(self.profile, value, self.ctx.texts)

    def as_shipped(self, value: str) -> str:
        """What it was as the program came."""
        return retention_text.now(self.shipped, value, self.ctx.texts)

    def is_shipped(self, value: str) -> bool:
        """Whether it is as the program came."""
        return bool(getattr(self.profile, value) == getattr(self.shipped, value))

    def again(self, key: str, **params: object) -> None:
        """The page anew, with what was done above it."""
        self.ctx.go("terms", profile=self.profile.id, done=self.ctx.t(key, **params))

    def _row(self, value: str) -> TermRow:
        self.add(Rule())
        return self.add(TermRow(self, value))


class TermRow(Column):
    """One value: what it is now, where that comes from, and the way to another."""

    def __init__(self, part: ProfileTerms, value: str) -> None:
        super().__init__(gap="s")
        self._part, self.value = part, value
        self._form: TermForm | None = None
        ctx = part.ctx
        title = Body(ctx.t("terms.line", name=self.title, now=part.now(value)), bold=True)
        text = Column(title, Body(ctx.t(f"terms.about.{value}"), tone="muted", size="small"), gap="xs")
        if not part.managing:
            self.add(text)
        else:
            label = ctx.t("terms.change")
            self.button = SecondaryButton(label, self._open, name=f"{label}: {self.title}")
            self.add(OneLine(text, self.button))
        self._add_source()

    @property
    def title(self) -> str:
        """Its name."""
        return self._part.ctx.t(f"retention.value.{self.value}")

    @property
    def form(self) -> TermForm:
        """What changes it; made when first asked for."""
        if self._form is None:
            kind = LengthForm if self.value in PERIODS else ChoiceForm
            self._form = self.add(kind(self._part, self.value, self._close))
            self._form.hide()
        return self._form

    def _add_source(self) -> None:
        part, ctx = self._part, self._part.ctx
        own = not part.is_shipped(self.value)
        badges = [Badge(ctx.t("terms.own"), "info", icon="person") if own else Badge(ctx.t("terms.shipped"))]
        period: Period | None = getattr(part.profile, self.value) if self.value in PERIODS else None
        if period is not None:
            source = retention_text.source(part.profile.id, self.value, period, ctx.texts)
            self.add(Body(ctx.t("terms.source", source=source), size="small"))
            if not own:
                confirmed = period.status == "confirmed"
                badges.append(
                    Badge(
                        ctx.t(f"terms.{period.status}"),
                        "neutral" if confirmed else "attention",
                        icon="tick" if confirmed else None,
                    )
                )
        if own:
            shipped = ctx.t("terms.as_shipped", now=part.as_shipped(self.value))
            self.add(Body(shipped, tone="muted", size="small"))
        self.add(FlowRow(*badges))

    def _open(self) -> None:
        self.form.show()
        self.button.hide()
        self.form.begin()

    def _close(self) -> None:
        self.form.hide()
        self.button.show()
        self.button.setFocus()
