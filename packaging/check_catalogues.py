"""Check the catalogues in locales/: the same keys in every language, each with a text that can be shown.

A key is a message's context and id. For every ``*.po`` below ``locales/<language>/LC_MESSAGES``:
nothing missing, empty, fuzzy, obsolete, malformed or twice; the same placeholders in every language.
Prints one line a fault and exits 1 when there is any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, denormalize, read_po

LANGUAGES = ("nl", "en")

Key = tuple[str, str]

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(rf"\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?{_QUOTED}\s*)?")
# A keyword and the quoted lines that follow it; obsolete entries (#~) do not match.
_NAMES = re.compile(rf"^(msgctxt|msgid)[ \t]+({_QUOTED}(?:\n{_QUOTED})*)", flags=re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One message of one catalogue: where it stands and its texts (more than one when it has plurals)."""

    line: int
    texts: tuple[str, ...]
    fuzzy: bool


@dataclass(frozen=True)
class Po:
    """One catalogue as read: its entries by key, and what is wrong with it on its own."""

    path: Path
    entries: dict[Key, Entry]
    faults: tuple[str, ...]


def check(locales: Path) -> list[str]:
    """Every fault below `locales`, as ``language/LC_MESSAGES/file.po:line: what is wrong``."""
    languages = sorted({*LANGUAGES, *(path.name for path in locales.iterdir() if path.is_dir())})
    names = sorted({path.name for path in locales.glob("*/LC_MESSAGES/*.po")})
    if not names:
        return [f"no catalogue in {locales.name}/"]
    faults: list[str] = []
    for name in names:
        found: dict[str, Po] = {}
        for language in languages:
            path = locales / language / "LC_MESSAGES" / name
            label = path.relative_to(locales).as_posix()
            if not path.exists():
                faults.append(f"{label}: missing; other languages have it")
                continue
            try:
                found[language] = _read(path)
            except (PoFileError, UnicodeDecodeError, ValueError) as error:
                faults.append(f"{label}: cannot be read: {error}")
                continue
            faults += [f"{label}:{fault}" for fault in found[language].faults]
        faults += _compare(list(found.values()), locales)
    return faults


def _read(path: Path) -> Po:
    with path.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    if catalogue.charset != "utf-8":
        return Po(path, {}, (f"1: charset is {catalogue.charset}, not utf-8",))
    entries = {_key(message): _entry(message) for message in catalogue if message.id}
    source_text = path.read_text(encoding="utf-8")
    faults = [*_malformed(source_text), *_twice(source_text), *_own_faults(catalogue, entries)]
    return Po(path, entries, tuple(faults))


def _key(message: Message) -> Key:
    name = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", name


def _entry(message: Message) -> Entry:
    texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return Entry(message.lineno or 0, tuple(text or "" for text in texts), message.fuzzy)


def _own_faults(catalogue: Catalog, entries: dict[Key, Entry]) -> Iterator[str]:
    if catalogue.fuzzy:
        yield "1: the header is fuzzy"
    for message in catalogue.obsolete.values():
        yield f"{message.lineno or 0}: {_show(_key(message))} is obsolete; delete it"
    for key, entry in entries.items():
        for fault in _text_faults(key, entry):
            yield f"{entry.line}: {_show(key)} {fault}"


def _text_faults(key: Key, entry: Entry) -> Iterator[str]:
    if entry.fuzzy:
        yield "is fuzzy"
    if not all(text.strip() for text in entry.texts):
        yield "is empty"
    if key[1] in entry.texts:
        yield "has its own key for a text"
    if any(_placeholders(text) is None for text in entry.texts):
        yield "has a brace that opens or closes nothing"


def _compare(catalogues: list[Po], locales: Path) -> Iterator[str]:
    every: set[Key] = set().union(*(po.entries.keys() for po in catalogues))
    for key in sorted(every):
        for po in catalogues:
            label = po.path.relative_to(locales).as_posix()
            if key not in po.entries:
                yield f"{label}: {_show(key)} is missing; other languages have it"
        asked = {
            po.path.relative_to(locales).parts[0]: _all_placeholders(po.entries[key])
            for po in catalogues
            if key in po.entries
        }
        if len(set(asked.values())) > 1:
            name = catalogues[0].path.name
            told = "; ".join(f"{language} {_list(names)}" for language, names in asked.items())
            yield f"*/LC_MESSAGES/{name}: {_show(key)} has other placeholders by language: {told}"


def _placeholders(text: str) -> frozenset[str] | None:
    """The names between braces in `text`, or None when a brace has no partner."""
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(text) if field is not None)
    except ValueError:
        return None


def _all_placeholders(entry: Entry) -> frozenset[str]:
    """Those of all forms together: one form may leave the number out ("one case")."""
    return frozenset().union(*(_placeholders(text) or frozenset() for text in entry.texts))


def _malformed(source: str) -> Iterator[str]:
    """Faults for lines that babel would pass over without a word, an open quote for one."""
    for number, line in enumerate(source.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            yield f"{number}: not a line of a catalogue: {line}"


def _twice(source: str) -> Iterator[str]:
    """Faults for keys that stand in the file more than once; babel would quietly keep the last."""
    seen: dict[Key, int] = {}
    for line, key in _keys_in_file(source):
        if key in seen:
            yield f"{line}: {_show(key)} stands on line {seen[key]} too"
        seen.setdefault(key, line)


def _keys_in_file(source: str) -> Iterator[tuple[int, Key]]:
    context = ""
    for found in _NAMES.finditer(source):
        text = denormalize(found[2])
        if found[1] == "msgctxt":
            context = text
            continue
        if text:
            yield source.count("\n", 0, found.start()) + 1, (context, text)
        context = ""


def _show(key: Key) -> str:
    return f"{key[0]} / {key[1]}" if key[0] else key[1]


def _list(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def main() -> int:
    locales = Path(__file__).resolve().parent.parent / "locales"
    if not locales.is_dir():
        print("locales/ is missing", file=sys.stderr)
        return 1
    faults = check(locales)
    for fault in faults:
        print(f"locales/{fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
