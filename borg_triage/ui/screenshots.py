"""Every page as a picture, to be looked at: Dutch and English, light and dark, some large or high contrast.

`python -m borg_triage.ui.screenshots FOLDER` writes them to FOLDER at 1366 by 768. The people in them are
invented.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from borg_triage.app.examples import Example, enter, read_example
from borg_triage.app.resources import catalog
from borg_triage.app.session import CaseSession, Session
from borg_triage.app.settings import VAULT_SUFFIX, Settings
from borg_triage.app.talks import Talk, keep_talk
from borg_triage.storage import given
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.recovery import WORDS, word_list
from borg_triage.ui.acute import AcutePanel
from borg_triage.ui.application import open_window
from borg_triage.ui.demo import SIZE, VAULT_FOLDER, Clock, own_settings
from borg_triage.ui.driver import Driver, hush
from borg_triage.ui.recovery_words import Kit
from borg_triage.ui.widgets.outcome_sealing import Saved
from borg_triage.ui.widgets.recovery_state import set_confirmed
from borg_triage.ui.window import MainWindow

_HOUR: Final = 10
# A clock as far ahead as no vault was left for.
_YEARS: Final = 6 * 366
# Example, pseudonym, the worker's own level and pattern (none: not judged yet).
_CASES: Final = (
    ("debts-and-stress", "Wulp 4", ("attention", "no_pattern_found")),
    ("borg-candidate", "Kievit 7", ("elevated", "common_couple_violence")),
    ("ex-stalking-after-separation", "Specht 31", None),
    ("borg-open-he-was-not-heard", "Ekster 3", None),
    ("partner-in-the-room", "Koolmees 9", ("high", "intimate_terror_likely")),
    ("child-says-mother-denies", "Roodborst 2", ("high", "intimate_terror_possible")),
    ("strangulation-tonight", "Merel 12", ("high", "intimate_terror_possible")),
)


@dataclass(frozen=True)
class Look:
    """A language, an appearance and a zoom. only: the shots taken in it, all when empty."""

    language: str
    appearance: str
    zoom: int = 100
    only: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """How it is named in the file."""
        zoom = f"-{self.zoom}" if self.zoom != 100 else ""
        return f"{self.language}-{self.appearance}{zoom}"


@dataclass(frozen=True)
class Shot:
    """One picture. case: the pseudonym of the open case. below: scroll to this attribute of the page.

    press: click this button of the page first. Both may be attributes of attributes. days: so long after
    the vault was filled; else on the case's own day.
    """

    name: str
    page: str
    case: str = ""
    args: tuple[tuple[str, Any], ...] = ()
    below: str = ""
    press: str = ""
    days: int | None = None


# Words as on any recovery sheet; they open nothing.
_KIT: Final = Kit(2, tuple(" ".join(word_list()[first::31][:WORDS]) for first in (7, 3, 1)))
_PLACES: Final = ((4, 17, 29), (8, 11, 32), (3, 20, 25))
_SAVED: Final = Saved("overdracht-2026-10-09.pdf", "K7DR-4MXC-9TWP-GH3V-Q8NJ-D2FK")
_SHOTS: Final = (
    Shot("cases", "cases"),
    Shot("cases-new", "cases", args=(("new", True),)),
    Shot("cases-clock", "cases", days=_YEARS),
    Shot("logbook", "logbook"),
    Shot("kit", "kit", args=(("first", True),)),
    Shot("kit-later", "kit", args=(("first", True),), press="later", below="sure"),
    Shot("kit-words", "kit", args=(("first", True), ("step", "words"), ("kit", _KIT))),
    Shot("kit-print", "kit", args=(("first", True), ("step", "words"), ("kit", _KIT)), below="print"),
    Shot(
        "kit-check",
        "kit",
        args=(("first", True), ("step", "confirm"), ("kit", _KIT), ("places", _PLACES)),
    ),
    Shot("vault", "vault"),
    Shot("vault-add", "vault", press="people.add_button", below="people.form"),
    Shot("vault-withdraw", "vault", press="people.rows.-1.button", below="people.rows.-1"),
    Shot("vault-renew", "vault", press="people.rows.-1.renew", below="people.rows.-1"),
    Shot("vault-role", "vault", press="people.rows.-1.role", below="people.rows.-1"),
    Shot("vault-rule", "vault", press="rule.change", below="rule"),
    Shot("vault-recovery", "vault", below="recovery"),
    Shot("vault-backups", "vault", below="backups", press="backups.rows.0.button"),
    Shot("vault-check", "vault", press="check.start", below="check"),
    Shot("terms", "terms", args=(("profile", "police"),)),
    Shot("terms-erased", "terms", args=(("profile", "police"),), below="terms.rows.hidden"),
    Shot(
        "terms-change",
        "terms",
        args=(("profile", "police"),),
        press="terms.rows.erased.button",
        below="terms.rows.erased",
    ),
    Shot("due-clock", "due", days=_YEARS, press="doubt.right"),
    Shot("interview", "interview", "Merel 12"),
    Shot("door", "door", "Ekster 3", (("item", "ask.fear_of_repeat"),)),
    Shot("questions-acute", "questions", "Ekster 3", (("section", "acute"),)),
    Shot("questions-flags", "questions", "Merel 12", (("section", "flags"), ("item", "flag.strangulation"))),
    Shot("questions-control", "questions", "Ekster 3", (("section", "control"),)),
    Shot("questions-context", "questions", "Merel 12", (("section", "context"),)),
    Shot("questions-care", "questions", "Roodborst 2", (("section", "care"),)),
    Shot("judgement", "judgement", "Ekster 3"),
    Shot("judgement-urgent", "result", "Specht 31"),
    Shot("result-acute", "result", "Merel 12"),
    Shot("result-what-to-do", "result", "Merel 12", below="todo"),
    Shot("result-why", "result", "Merel 12", below="decisive"),
    Shot("result-open", "result", "Koolmees 9"),
    Shot("result-ask-next", "result", "Koolmees 9", below="open"),
    Shot("result-people", "result", "Koolmees 9", below="people"),
    Shot("gate", "gate", "Kievit 7"),
    Shot("gate-conditions", "gate", "Kievit 7", below="listed"),
    Shot("handover", "handover", "Merel 12"),
    Shot("handover-preview", "handover", "Merel 12", below="preview"),
    Shot("handover-saved", "handover", "Merel 12", (("saved", _SAVED),)),
    Shot("file", "file", "Merel 12"),
    Shot("file-keeping", "file", "Merel 12", below="keeping"),
    Shot("file-until", "file", "Merel 12", press="keeping.until.button", below="keeping.until"),
    Shot("file-copies", "file", "Merel 12", below="copies"),
    Shot("file-erasing", "file", "Merel 12", press="erasing.button", days=0),
    Shot("proof", "proof", "Kievit 7"),
)
_SOME: Final = (
    "cases",
    "cases-given",
    "kit",
    "kit-words",
    "kit-check",
    "vault",
    "vault-withdraw",
    "vault-renew",
    "vault-role",
    "vault-rule",
    "vault-backups",
    "terms",
    "terms-change",
    "due-clock",
    "door",
    "questions-flags",
    "judgement",
    "result-acute",
    "result-open",
    "gate",
    "handover",
    "handover-saved",
    "file",
    "file-keeping",
    "file-until",
    "file-erasing",
    "logbook",
    "proof",
)
LOOKS: Final = (
    *(Look(language, mode) for language in ("nl", "en") for mode in ("light", "dark")),
    Look("nl", "light", 200, _SOME),
    Look("en", "dark", 200, _SOME),
    Look("nl", "contrast", 100, _SOME),
)


class Studio:
    """A vault with cases in it, and a window for each look."""

    def __init__(self, app: QApplication, folder: Path, vaults: Path) -> None:
        self._app, self._folder, self._vaults = app, folder, vaults
        self._examples = {pseudonym: read_example(name) for name, pseudonym, _ in _CASES}
        self._filled = max(example.at(_HOUR) for example in self._examples.values())
        self.clock = Clock(self._filled)
        self._session: Session | None = None
        self.taken: list[Path] = []

    def before_there_is_a_vault(self, looks: Sequence[Look]) -> None:
        """The first thing that people see."""
        for look in looks:
            with self._window(look) as (window, hand):
                hand.picture(f"unlock-create-{look.suffix}")
                window.go("unlock", making=True, step="passphrase")
                hand.picture(f"unlock-create-passphrase-{look.suffix}")

    def fill_vault(self) -> None:
        """The cases, each recorded on its own day, in the order of their days."""
        self._vaults.mkdir()
        path, worker = self._vaults / f"team{VAULT_SUFFIX}", catalog("nl").text("demo.worker")
        passphrase = secrets.token_urlsafe(24)
        session = Session.create(path, passphrase, worker, clock=self.clock, cost=Cost.floor())
        now = self.clock.now
        for _, pseudonym, own_view in sorted(_CASES, key=lambda one: self._examples[one[1]].at(_HOUR)):
            self.clock.now = self._examples[pseudonym].at(_HOUR)
            _record(self._examples[pseudonym], session, pseudonym, own_view)
        self.clock.now = now
        self._session = session
        self._furnish(session)

    @staticmethod
    def _furnish(session: Session) -> None:
        """What a vault has after a while: a colleague, recovery sheets that were tried out, a backup."""
        colleague = catalog("nl").text("demo.colleague")
        session.vault.add_person(colleague, secrets.token_urlsafe(24), cost=Cost.floor())
        session.vault.make_recovery(2, 3)
        set_confirmed(session, confirmed=True)
        session.vault.backup()

    def every_page(self, look: Look) -> None:
        """All shots of one look."""
        with self._window(look) as (window, hand):
            if self._session is None:
                return
            self._ways_in(window, hand, look, self._session)
            window.enter(self._session)
            self._session.language = look.language
            for shot in _SHOTS:
                if not look.only or shot.name in look.only:
                    self._take(window, hand, shot, look)
            if not look.only or "cases-given" in look.only:
                self._given(window, hand, look, self._session)
            if not look.only:
                panel = AcutePanel(window.context, window)
                panel.show()
                hand.picture(f"acute-{look.suffix}", panel)
                panel.close()

    @staticmethod
    def _ways_in(window: MainWindow, hand: Driver, look: Look, session: Session) -> None:
        """What people see whose vault is locked, damaged or lost."""
        file, source = str(session.vault.path), str(session.vault.backups()[0].path)
        hand.picture(f"unlock-{look.suffix}")
        window.go("unlock", making=False, file=file, name=session.worker, reason="idle")
        hand.picture(f"unlock-locked-{look.suffix}")
        window.go("recover", file=file)
        hand.picture(f"unlock-recover-{look.suffix}")
        window.go("restore", file=file)
        hand.picture(f"unlock-restore-{look.suffix}")
        begun = " ".join(_KIT.words(0)[:11])
        window.go("restore", file=file, source=source, name=session.worker, with_sheets=True, shares=(begun,))
        for name, below in (("how", "way"), ("sheets", "sheets"), ("passphrase", "sheets.new")):
            part = _part(window.page, below)
            if isinstance(part, QWidget):
                hand.scroll_to(part)
            hand.picture(f"unlock-restore-{name}-{look.suffix}")

    def _given(self, window: MainWindow, hand: Driver, look: Look, session: Session) -> None:
        """What somebody sees who got a new passphrase from a manager."""
        self.clock.now = self._filled
        settings, person = session.vault.settings, session.vault.person.id
        given.note(settings, person, self.clock.now, catalog(look.language).text("demo.colleague"))
        window.open_case(None)
        hand.picture(f"cases-given-{look.suffix}")
        given.settle(settings, person)

    def _take(self, window: MainWindow, hand: Driver, shot: Shot, look: Look) -> None:
        self.clock.now = self._examples[shot.case].at(_HOUR) if shot.case else self._filled
        if shot.case:
            window.open_case(self._case(shot.case))
            hand.settle()
        if shot.days is not None and self._session is not None:
            self.clock.now = self._filled + timedelta(days=shot.days)
            self._session.dues.forget()
        window.go(shot.page, **dict(shot.args))
        hand.settle()
        press, below = _part(window.page, shot.press), _part(window.page, shot.below)
        if isinstance(press, QAbstractButton):
            hand.click(press)
            hand.wait_for(window.isEnabled)
        if isinstance(below, QWidget):
            hand.scroll_to(below)
        hand.picture(f"{shot.name}-{look.suffix}")

    def _case(self, pseudonym: str) -> CaseSession:
        if self._session is None:
            raise LookupError("there is no vault yet")
        (found,) = self._session.cases(pseudonym)
        return self._session.open_case(found.id)

    @contextmanager
    def _window(self, look: Look) -> Iterator[tuple[MainWindow, Driver]]:
        settings = Settings(look.language, look.appearance, look.zoom, str(self._vaults))
        window = MainWindow(settings)
        window.resize(*SIZE)
        window.show()
        hand = Driver(window, self._folder)
        hand.settle()
        try:
            yield window, hand
        finally:
            self.taken += hand.taken
            # Not closed: that would close the vault, which the next window shows too.
            window.hide()
            window.deleteLater()
            hand.settle()

    def close(self) -> None:
        """Close the vault."""
        if self._session is not None:
            self._session.close()


def _part(page: QWidget | None, path: str) -> object:
    """An attribute of a page, or of what it holds, by names and places in a list; None where it has none."""
    found: Any = page if path else None
    for name in path.split(".") if path else ():
        if isinstance(found, dict):
            found = found.get(name)
        else:
            numbered = name.lstrip("-").isdecimal()
            found = found[int(name)] if numbered else getattr(found, name, None)
    return found


def _record(example: Example, session: Session, pseudonym: str, own_view: tuple[str, str] | None) -> None:
    case = enter(example, session, pseudonym)
    if example.case.answers["interview.separate"][-1].value == "yes":
        contact = catalog("nl").text("demo.safe_contact")
        keep_talk(case, Talk(alone="yes", phone_away="yes", safe_contact=contact))
    if own_view is not None:
        case.judge(*own_view, catalog("nl").text("demo.why"))


def take_all(app: QApplication, folder: Path, looks: Sequence[Look] = LOOKS) -> list[Path]:
    """Write all pictures of some looks to a folder; gives them back."""
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with own_settings():
        open_window(app, Settings(vault_folder=VAULT_FOLDER)).deleteLater()
        studio = Studio(app, folder, Path(VAULT_FOLDER))
        try:
            studio.before_there_is_a_vault([look for look in looks if not look.only])
            studio.fill_vault()
            for look in looks:
                studio.every_page(look)
        finally:
            studio.close()
    return studio.taken


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; gives the exit status."""
    texts = catalog("en")
    if len(arguments) != 1:
        print(texts.text("screenshots.usage"), file=sys.stderr)
        return 2
    hush()
    taken = take_all(QApplication([]), Path(arguments[0]))
    print(texts.text("screenshots.done", n=len(taken), folder=arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
