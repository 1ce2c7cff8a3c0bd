"""What the parts of the file page share, and saving a file where the user says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from borg_triage.domain.errors import BorgTriageError
from borg_triage.ui.context import Context
from borg_triage.ui.errors import words
from borg_triage.ui.widgets.basics import Body, Card, Heading
from borg_triage.ui.widgets.told import Told

if TYPE_CHECKING:
    from borg_triage.app.case_session import CaseSession

# Where to save what is proposed under a name; empty when the worker thinks better of it.
AskWhere = Callable[[str], str]


class FilePart(Card):
    """One part of the file page. name: of its texts, `file.<name>.*`."""

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__(Heading(ctx.t(f"file.{name}.title"), 2))
        self.ctx, self.name = ctx, name
        self.told = Told()

    @property
    def case(self) -> CaseSession:
        """The open case."""
        return self.ctx.opened

    @property
    def caring(self) -> bool:
        """Whether who works here looks after this case."""
        from borg_triage.app.case_care import may_care

        return may_care(self.case)

    def say(self, key: str, **params: object) -> Body:
        """A text of this part."""
        return self.add(Body(self.ctx.t(f"file.{self.name}.{key}", **params)))

    def try_to(self, do: Callable[[], Any], done: str) -> None:
        """Do something quick; then the page anew with what was done, or why not here."""
        try:
            do()
        except BorgTriageError as error:
            self.told.say(words(error, self.ctx.texts))
        else:
            self.ctx.changed()
            self.ctx.go("file", done=self.ctx.t(done))


def ask_file(ctx: Context, parent: QWidget, name: str) -> str:
    """Ask where to save. name: proposed; it tells nothing of the case."""
    from borg_triage.ui.widgets.choose_file import where_to_save

    return where_to_save(parent, ctx.t("file.save.title"), Path.home() / name, f"*{Path(name).suffix}")


def save_to(
    ctx: Context,
    told: Told,
    ask: AskWhere,
    name: str,
    save: Callable[[Path], object],
    done: str = "file.save.done",
) -> bool:
    """Ask where, save there, and tell of it; whether it was saved.

    save: writes the file. done: what is told then.
    """
    from borg_triage.app.saving import PaperError

    chosen = ask(name)
    if not chosen:
        return False
    path = Path(chosen)
    path = path if path.suffix else path.with_suffix(Path(name).suffix)
    try:
        save(path)
    except PaperError:
        told.say(ctx.t("file.save.failed"))
    except BorgTriageError as error:
        told.say(words(error, ctx.texts))
    else:
        told.say(ctx.t(done, name=path.name), "info")
        return True
    return False


def capital(text: str) -> str:
    """A name of something as it stands alone."""
    return text[:1].upper() + text[1:]
