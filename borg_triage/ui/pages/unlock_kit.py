"""A recovery kit step by step: choose it, put its words on paper, type a few of them back.

The last steps of making a vault, and the way to a new kit later. The vault is open meanwhile: whatever
happens to the machine, it opens with its passphrase.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtPrintSupport import QPrinter

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.pages.unlock import FORM
from borg_triage.ui.pages.unlock_make import steps
from borg_triage.ui.recovery_words import Kit, asked
from borg_triage.ui.widgets.ask import Ask
from borg_triage.ui.widgets.basics import (
    Body,
    Card,
    FlowRow,
    Notice,
    PrimaryButton,
    QuietButton,
    ScrollPage,
    SecondaryButton,
)
from borg_triage.ui.widgets.confirm import Confirm
from borg_triage.ui.widgets.outcome_layout import bullets
from borg_triage.ui.widgets.outcome_option import Options
from borg_triage.ui.widgets.recovery_print import Vault, ask_printer, print_kit, printers
from borg_triage.ui.widgets.recovery_sheet import Asked, SheetCard, sheet_title
from borg_triage.ui.widgets.recovery_state import set_confirmed
from borg_triage.ui.widgets.told import Told
from borg_triage.ui.widgets.work import Work

# How many sheets are needed, of how many.
KITS: Final = {"one": (1, 1), "two_of_three": (2, 3), "three_of_five": (3, 5)}


class Page(ScrollPage):
    """first: in the making of a vault. step: choose, words or confirm. kit: made, and shown only here.

    place: which sheet shows, counted from 0. places: which words of each sheet are asked.
    """

    def __init__(
        self,
        ctx: Context,
        first: bool = False,
        step: str = "choose",
        kit: Kit | None = None,
        place: int = 0,
        places: tuple[tuple[int, ...], ...] = (),
    ) -> None:
        step = step if kit is not None else "choose"
        super().__init__(ctx.t(f"recovery.{step}.title"), ctx.t(f"recovery.{step}.intro"), width=FORM)
        self.ctx, self.first, self.step, self.place = ctx, first, step, place
        self.kit = kit or Kit(1, ())
        self.places = places or tuple(asked() for _ in self.kit.sheets)
        self.fault = Told()
        self.printer: Callable[[], QPrinter | None] = self._ask_printer
        if first:
            self.column.body.insertWidget(0, steps(ctx, step))
        {"choose": self._choose, "words": self._words, "confirm": self._confirm}[step]()
        self._offer_later()

    def begin(self) -> None:
        """Where the keyboard starts."""
        if self.step == "choose":
            self.choice.first.setFocus()
        elif self.step == "words":
            self.sheet.words.setFocus()
        else:
            next(iter(self.asked[0].lines.values())).setFocus()
        self.verticalScrollBar().setValue(0)

    def state(self) -> dict[str, Any]:
        """What to build it from again."""
        kit = self.kit if self.kit.sheets else None
        return {
            "first": self.first,
            "step": self.step,
            "kit": kit,
            "place": self.place,
            "places": self.places if kit else (),
        }

    def _go(self, **other: Any) -> None:
        self.ctx.go("kit", **{**self.state(), **other})

    # ------------------------------------------------------------ which kit

    def _choose(self) -> None:
        ctx = self.ctx
        self.add(Notice(ctx.t("unlock.honest.title"), ctx.t("unlock.honest"), "elevated"))
        if not self.first:
            self.add(Notice("", ctx.t("recovery.choose.replaces"), "info"))
        card = self.add(Card(gap="l", padding="xl"))
        kits = [(name, ctx.t(f"recovery.kit.{name}"), ctx.t(f"recovery.kit.{name}.more")) for name in KITS]
        question = Body(ctx.t("recovery.choose.hint"), tone="muted")
        self.choice = card.add(Options(question, kits, name=ctx.t("recovery.choose.title")))
        session = ctx.session
        # In the making of a vault the passphrase was typed a moment ago.
        self.confirm = None if self.first or session is None else card.add(Confirm(ctx, session))
        card.add(self.fault)
        self.work = card.add(Work(ctx))
        self.go_on = PrimaryButton(ctx.t("recovery.choose.go_on"), self._make, icon="arrow_right")
        if self.confirm is not None:
            self.confirm.field.line.returnPressed.connect(self._make)
        self.buttons_row = card.add(FlowRow(self.go_on, gap=12))

    def _make(self) -> None:
        chosen, session = self.choice.value, self.ctx.session
        if chosen is None or session is None:
            self.fault.say(self.ctx.t("recovery.choose.none"))
            return
        confirm = self.confirm
        if confirm is not None and not confirm.is_typed():
            return
        needed, sheets = KITS[chosen]

        def work(_progress: object) -> Kit:
            # First: a kit that nobody has on paper must not count as tried out.
            set_confirmed(session, confirmed=False)
            return Kit(needed, tuple(session.vault.make_recovery(needed, sheets)))

        self.fault.put_away()
        confirmed = work if confirm is None else confirm.before(work)
        self.work.run(self.ctx.t("unlock.busy"), confirmed, self._made, self._failed)

    def _made(self, kit: Kit) -> None:
        self.ctx.go("kit", first=self.first, step="words", kit=kit)

    def _failed(self, error: Exception) -> None:
        if self.confirm is None or not self.confirm.failed(error):
            self.fault.say(words(error, self.ctx.texts))

    # ------------------------------------------------------------ on paper

    def _words(self) -> None:
        ctx, many = self.ctx, len(self.kit.sheets)
        self.sheet = self.add(SheetCard(ctx, self.place + 1, many, self.kit.words(self.place)))
        if many > 1:
            self.add(Body(ctx.t("recovery.words.whose", n=self.place + 1), bold=True))
        last = self.place == many - 1
        text = ctx.t("recovery.words.done") if last else ctx.t("recovery.words.next", n=self.place + 2)
        self.go_on = PrimaryButton(text, self._next, icon="arrow_right")
        self.print = SecondaryButton(ctx.texts.plural("recovery.print", many), self._print, icon="file")
        row = FlowRow(self.go_on, self.print, gap=12)
        if self.place:
            back = SecondaryButton(
                ctx.t("recovery.words.back"), lambda: self._go(place=self.place - 1), icon="arrow_left"
            )
            row.add(back)
        self.add(row)
        self.add(self.fault)
        keep = ("name_and_day", "not_in_computer", "apart" if many > 1 else "away", "printer")
        self.add(Card(bullets(*(ctx.t(f"recovery.words.{line}") for line in keep))))

    def _next(self) -> None:
        if self.place < len(self.kit.sheets) - 1:
            self._go(place=self.place + 1)
        else:
            self._go(step="confirm")

    def _ask_printer(self) -> QPrinter | None:
        if not printers():
            self.fault.say(self.ctx.t("recovery.print.none"), "attention")
            return None
        return ask_printer(self.window())

    def _print(self) -> None:
        printer, session = self.printer(), self.ctx.session
        if printer is None or session is None:
            return
        from borg_triage.text.formats import day

        about = Vault(session.vault.path.stem, day(session.today(), self.ctx.language))
        took = print_kit(printer, self.ctx, self.kit, about)
        key = "recovery.print.sent" if took else "recovery.print.failed"
        self.fault.say(self.ctx.t(key), "info" if took else "elevated")

    # ------------------------------------------------------------ typed back

    def _confirm(self) -> None:
        ctx, many = self.ctx, len(self.kit.sheets)
        self.asked = [
            self.add(Asked(ctx, sheet_title(ctx, n + 1, many), self.kit.words(n), self.places[n]))
            for n in range(many)
        ]
        self.add(self.fault)
        self.go_on = PrimaryButton(ctx.t("recovery.confirm.go_on"), self._check, icon="tick")
        again = SecondaryButton(
            ctx.t("recovery.confirm.again"), lambda: self._go(step="words", place=0), icon="arrow_left"
        )
        self.add(FlowRow(self.go_on, again, gap=12))
        lines = [line for one in self.asked for line in one.lines.values()]
        for line, following in zip(lines, [*lines[1:], None], strict=True):
            line.returnPressed.connect(self._check if following is None else following.setFocus)

    def _check(self) -> None:
        wrong = [(n, one, place) for n, one in enumerate(self.asked, start=1) for place in one.wrong()]
        if wrong:
            n, one, place = wrong[0]
            sheet = sheet_title(self.ctx, n, len(self.asked))
            text = self.ctx.texts.plural("recovery.confirm.wrong", len(wrong), sheet=sheet, word=place)
            self.fault.say(text, focus=one.lines[place])
            return
        session = self.ctx.session
        if session is None:
            return
        try:
            set_confirmed(session, confirmed=True)
        except BorgTriageError as error:
            self.ctx.fail(error)
            return
        self._leave()

    # ------------------------------------------------------------ not now

    def _offer_later(self) -> None:
        """To stop is one press away from a question that says what it means, never from the vault itself."""
        ctx = self.ctx
        made = "made" if self.kit.sheets else "none"
        lines = [ctx.t(f"recovery.later.{made}")]
        if self.first:
            lines.append(ctx.t("recovery.later.vault"))
        self.later = QuietButton(ctx.t("recovery.later" if self.first or self.kit.sheets else "care.back"))
        self.later.clicked.connect(lambda _checked=False: self._stop())
        self.sure = Ask(
            ctx.t("recovery.later.title"),
            lines,
            ctx.t("recovery.later.go_on"),
            ctx.t("recovery.later.back"),
            self._leave,
        )
        self.add(FlowRow(self.later))
        self.add(self.sure)

    def _stop(self) -> None:
        if self.first or self.kit.sheets:
            self.sure.ask(self.later)
        else:
            self._leave()

    def _leave(self) -> None:
        self.ctx.go("cases" if self.first else "vault")
