"""The papers that are kept word for word in tests/golden.

After a change of words on purpose: `python -m tests.report.golden`, then read what changed before keeping it.
"""

from __future__ import annotations

import re
from pathlib import Path

from borg_triage.app import papers
from tests.report.cases import CASES, options_for, view_of, worked_on

FOLDER = Path(__file__).parent.parent / "golden"
NAMES = ("strangulation-tonight", "contradicting-sources", "partner-in-the-room")
LANGUAGES = ("nl", "en")


def golden_text(name: str, language: str) -> str:
    """The paper as text, without the hashes that every change of the instrument moves."""
    view = view_of(CASES[name])
    if name == NAMES[0]:
        view = worked_on(view)
    text = papers.make_text(view, options_for(view), language)
    return re.sub(r"\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b", "(hash)", text)


def path_of(name: str, language: str) -> Path:
    return FOLDER / f"{name}-{language}.txt"


if __name__ == "__main__":
    for name in NAMES:
        for language in LANGUAGES:
            path_of(name, language).write_text(golden_text(name, language), encoding="utf-8")
