"""The log in plain sentences: who did what, when. What is said several times in a row is told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from borg_triage.app.retention_text import kind as chosen
from borg_triage.app.retention_text import length
from borg_triage.storage.log import LogEntry
from borg_triage.text import backup_names, formats
from borg_triage.text.catalog import Catalog

# Entries that differ in one of these are told apart.
_TOLD = ("kind", "scope", "why", "paper", "setting", "term", "length", "score", "entries")

# How much of the case a paper told.
_SCOPES = ("whole", "part")


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of the log. when: the moments, in words. more: what for, and on whose behalf.

    case_id: of which case; entries: the numbers of what it tells, the last written first.
    """

    when: str
    sentence: str
    more: tuple[str, ...]
    case_id: str | None
    entries: tuple[int, ...]


def told(entries: Sequence[LogEntry], texts: Catalog) -> list[Told]:
    """Entries, newest first, as sentences in that order."""
    return [_told(tuple(alike), texts) for _, alike in groupby(entries, _same)]


def sentence(entry: LogEntry, texts: Catalog) -> str:
    """What one entry says."""
    if "setting" in entry.detail and "kind" in entry.detail:
        return _setting(entry, texts)
    kind = str(entry.detail.get("kind") or entry.detail.get("scope") or entry.detail.get("why") or "")
    paper = str(entry.detail.get("paper", ""))
    keys = (
        f"log.did.{entry.action}.{paper}.{kind}",
        f"log.did.{entry.action}.{kind}",
        f"log.did.{entry.action}",
        "log.did.other",
    )
    key = next(key for key in keys if texts.has(key))
    who = entry.person or texts.text("log.nobody")
    why = str(entry.detail.get("why", ""))
    return texts.text(
        key,
        who=who,
        action=entry.action,
        recipient=_or_itself("log.recipient", entry.recipient or "nobody", texts),
        why=_or_itself("glass.why", why, texts),
        backup=_backup(entry, texts),
        entries=entry.detail.get("entries", 0),
        length=entry.detail.get("length", ""),
        score=entry.detail.get("score", ""),
    )


def purpose(entry: LogEntry, texts: Catalog) -> str:
    """What it was done for."""
    return _or_itself("log.purpose", entry.purpose, texts)


def _backup(entry: LogEntry, texts: Catalog) -> str:
    """Which backup an entry tells of."""
    made = backup_names.moment_of(str(entry.detail.get("backup", "")))
    if made is None:
        return texts.text("log.backup.elsewhere")
    return texts.text("log.backup.of", when=formats.moment(made, texts.language))


def _told(alike: tuple[LogEntry, ...], texts: Catalog) -> Told:
    last, first = alike[0], alike[-1]
    said = sentence(last, texts)
    when = formats.moment(last.at, texts.language)
    if len(alike) > 1:
        said = texts.plural("log.times", len(alike), sentence=said)
        since = formats.moment(first.at, texts.language)
        when = when if since == when else texts.text("log.from_to", since=since, until=when)
    numbers = tuple(entry.seq for entry in alike)
    return Told(when, said, tuple(_more(last, texts)), last.case_id, numbers)


def _setting(entry: LogEntry, texts: Catalog) -> str:
    """Which term of the organisation was changed, and what it is now."""
    detail = {name: str(value) for name, value in entry.detail.items()}
    value, kind = detail["setting"].rpartition(".")[2], detail["kind"]
    shipped = kind == "shipped"
    if "term" in detail:
        now = length(detail["term"], texts)
    elif shipped:
        now = texts.text("retention.length.none")
    else:
        now = chosen(value, kind, texts)
    return texts.text(
        "log.did.retention_changed.shipped" if shipped else "log.did.retention_changed.own",
        who=entry.person or texts.text("log.nobody"),
        profile=texts.text(f"group.{detail['profile']}"),
        value=texts.text(f"retention.value.{value}"),
        now=now,
    )


def _more(entry: LogEntry, texts: Catalog) -> Iterator[str]:
    if entry.action == "export" and entry.detail.get("scope") in _SCOPES:
        yield texts.text(f"log.export.{entry.detail['scope']}")
    if entry.purpose:
        yield texts.text("log.purpose", purpose=purpose(entry, texts))
    if entry.on_behalf_of:
        yield texts.text("log.on_behalf_of", name=entry.on_behalf_of)


def _same(entry: LogEntry) -> tuple[object, ...]:
    day: datetime = entry.at.astimezone(formats.DUTCH_TIME)
    what = (entry.action, *(entry.detail.get(name) for name in _TOLD))
    who = (entry.person_id, entry.person, entry.on_behalf_of, entry.purpose, entry.recipient)
    return (day.date(), entry.case_id, *what, *who)


def _or_itself(prefix: str, name: str, texts: Catalog) -> str:
    key = f"{prefix}.{name}"
    return texts.text(key) if texts.has(key) else name
