"""Texts for people, looked up by key in the gettext catalogues of one language.

A key not found shows as ⟦key⟧: visible to a tester, and never a crash in front of a user. The catalogues
of screen, errors, instrument, directory and papers are read only when first needed, since the unlock
window needs one of them.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from pathlib import Path

LANGUAGES = ("nl", "en")
DOMAINS = ("app", "outcome", "errors", "instrument", "directory", "report", "proof")


class Catalog:
    """The texts of one language.

    locales: the folder with <language>/LC_MESSAGES/<domain>.mo.
    """

    def __init__(self, language: str, locales: Path) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language!r}")
        self.language = language
        self._locales = locales
        self._loaded: dict[str, gettext.NullTranslations] = {}

    def text(self, key: str, /, **params: object) -> str:
        """The text of a key, with its placeholders `{name}` filled in."""
        found = self._find(lambda catalogue: catalogue.gettext(key), key)
        return found.format(**params) if params and found is not None else self._or_mark(found, key)

    def plural(self, key: str, number: int, /, **params: object) -> str:
        """The text of a key for a number; `{n}` stands for it."""
        found = self._find(lambda catalogue: catalogue.ngettext(key, key, number), key)
        return self._or_mark(found, key).format(n=number, **params) if found else self._or_mark(None, key)

    def has(self, key: str) -> bool:
        """Whether the key has a text."""
        return self._find(lambda catalogue: catalogue.gettext(key), key) is not None

    def _find(self, look: Callable[[gettext.NullTranslations], str], key: str) -> str | None:
        for domain in DOMAINS:
            found = look(self._catalogue(domain))
            if found != key:
                return found
        return None

    def _catalogue(self, domain: str) -> gettext.NullTranslations:
        if domain not in self._loaded:
            path = self._locales / self.language / "LC_MESSAGES" / f"{domain}.mo"
            try:
                with path.open("rb") as file:
                    self._loaded[domain] = gettext.GNUTranslations(file)
            except FileNotFoundError:
                self._loaded[domain] = gettext.NullTranslations()
        return self._loaded[domain]

    @staticmethod
    def _or_mark(found: str | None, key: str) -> str:
        return found if found is not None else f"⟦{key}⟧"
