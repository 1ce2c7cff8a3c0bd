"""What every page is handed: the texts, the session, the open case, and the way to other pages.

A page holds no state of its own. Language, theme and lock mean: throw the page away and build it again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from borg_triage.app.settings import Settings
from borg_triage.text.catalog import Catalog

if TYPE_CHECKING:  # start-up to the unlock window needs none of them
    from borg_triage.app.session import CaseSession, Session
    from borg_triage.app.talks import Talk
    from borg_triage.domain.flow import Flow


def _nothing(*_: object) -> None:
    """For a context without a window."""


class Context:
    """Handed to each page when it is built.

    go: show another page by its id (see window.PAGES), e.g. go("questions", section="flags").
    changed: tell the window that the case changed (it refreshes its own parts: section list, level badge).
    fail: show an error as words in the window; nothing is lost by it.
    enter: a vault was opened. open_case: work on a case, or on none (back to the list).
    acute: open the acute panel. choose: keep and apply other settings.
    back_up: make a backup soon, if something waits for one.
    drafts: what is half filled in, by a name of the page's choosing; forgotten when the case is closed.
    """

    def __init__(
        self,
        texts: Catalog,
        go: Callable[..., None],
        changed: Callable[[], None],
        fail: Callable[[Exception], None],
        session: Session | None = None,
        case: CaseSession | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.texts = texts
        self.go = go
        self.changed = changed
        self.fail = fail
        self.session = session
        self.case = case
        self.settings = settings or Settings()
        self.enter: Callable[[Session], None] = _nothing
        self.open_case: Callable[[CaseSession | None], None] = _nothing
        self.acute: Callable[[], None] = _nothing
        self.choose: Callable[[Settings], None] = _nothing
        self.back_up: Callable[[], None] = _nothing
        self.drafts: dict[str, dict[str, str]] = {}
        self._flow: Flow | None = None

    def t(self, key: str, /, **params: object) -> str:
        """The text of a key."""
        return self.texts.text(key, **params)

    def first(self, *keys: str) -> str:
        """The text of the first key that has one."""
        return self.t(next((key for key in keys if self.texts.has(key)), keys[-1]))

    @property
    def language(self) -> str:
        """The language of the texts."""
        return self.texts.language

    @property
    def talk(self) -> Talk | None:
        """The talk that the answers given now belong to."""
        if self.case is None:
            return None
        from borg_triage.app.talks import current_talk

        return current_talk(self.case)

    @property
    def neutral(self) -> bool:
        """Whether the partner is in the room: neutral words and observation items only."""
        talk = self.talk
        return talk is not None and talk.partner_present

    @property
    def flow(self) -> Flow:
        """The order of the questions. Only with an open case."""
        instrument = self.opened.ready.instrument
        if self._flow is None or self._flow.instrument is not instrument:
            from borg_triage.domain.flow import Flow

            self._flow = Flow(instrument)
        return self._flow

    @property
    def opened(self) -> CaseSession:
        """The open case. Raises LookupError when there is none: a fault in the program."""
        if self.case is None:
            raise LookupError("no case is open")
        return self.case
