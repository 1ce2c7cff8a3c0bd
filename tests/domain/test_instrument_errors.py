"""A broken instrument gives one error that names file and line."""

from __future__ import annotations

import pytest

from borg_triage.app.instruments import current
from borg_triage.domain.errors import InstrumentError
from borg_triage.domain.instrument_files import load_instrument

FILES = dict(current().loaded.files)


def broken(name: str, old: str, new: str) -> tuple[InstrumentError, int]:
    """The error after a change, and the line on which the change stands."""
    text = FILES[name].decode()
    assert text.count(old) >= 1, old
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(InstrumentError) as caught:
        load_instrument(FILES | {name: text.replace(old, new, 1).encode()})
    assert caught.value.params["file"] == name
    return caught.value, line


CHANGES = {
    "a rule on a missing item": (
        "level.toml",
        'when = "pattern is intimate_terror_likely"',
        'when = "flag.gone is yes"',
        "flag.gone",
    ),
    "an unknown value": (
        "level.toml",
        'when = "context.separation is not none"',
        'when = "context.separation is not nome"',
        "nome",
    ),
    "an unknown floor": ("level.toml", 'floor = "attention"', 'floor = "calm"', "calm"),
    "an unknown section": ("items.toml", 'section = "acute"', 'section = "acutely"', "acutely"),
    "an unknown opened item": (
        "items.toml",
        'opens = ["flag.weapon_possession"]',
        'opens = ["flag.weapons"]',
        "flag.weapons",
    ),
    "an unknown source": ("items.toml", 'sources = ["om"]', 'sources = ["hearsay"]', "hearsay"),
    "an unknown key": ("items.toml", "moment = true", "momentary = true", "momentary"),
    "a number as text": ("items.toml", "number = 1\n", 'number = "1"\n', "number"),
    "a sentence that is none": (
        "gate.toml",
        'failed = "care.very_serious_problems is yes"',
        'failed = "care.very_serious_problems yes"',
        "SUBJECT is PREDICATE",
    ),
    "a list where yes or no is asked": (
        "gate.toml",
        'failed = "borg.acknowledges is denies"',
        'failed = "borg.acknowledges is yes"',
        "borg.acknowledges",
    ),
    "a term that is not there": ("level.toml", '"term.contact"', '"term.contacts"', "contacts"),
    "a group that is not there": (
        "routes.toml",
        'some = "section.acute"',
        'some = "section.urgent"',
        "section.urgent",
    ),
    "two kinds of table at once": (
        "gate.toml",
        '{ some = "tag.review", are = "yes" }',
        '{ some = "tag.review", all = ["otherwise"] }',
        "exactly one",
    ),
    "an unknown route": ("routes.toml", 'route = "urgent"', 'route = "rush"', "rush"),
    "an unknown part": ("follows.toml", 'part = "flag.weapon_firearm"', 'part = "flag.gun"', "flag.gun"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_error_names_file_line_and_thing(name: str) -> None:
    file, old, new, named = CHANGES[name]
    error, line = broken(file, old, new)
    assert named in str(error.params["problem"])
    assert error.params["line"] == line


def test_broken_toml_names_the_line() -> None:
    text = FILES["items.toml"] + b"\n[[items]\n"
    with pytest.raises(InstrumentError) as caught:
        load_instrument(FILES | {"items.toml": text})
    assert caught.value.params["line"] == text.count(b"\n")


def test_an_item_twice_is_an_error() -> None:
    text = FILES["items.toml"].decode()
    entry = text[text.index("[[items]]") : text.index("[[items]]", text.index("[[items]]") + 1)]
    with pytest.raises(InstrumentError) as caught:
        load_instrument(FILES | {"items.toml": (text + "\n" + entry).encode()})
    assert "stands twice" in str(caught.value.params["problem"])


def test_a_term_in_a_circle_is_an_error() -> None:
    text = (
        FILES["pattern.toml"]
        .decode()
        .replace('contact = "context.contact_possible is not ruled out"', 'contact = "term.contact"')
    )
    with pytest.raises(InstrumentError) as caught:
        load_instrument(FILES | {"pattern.toml": text.encode()})
    assert "leads back to itself" in str(caught.value.params["problem"])


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"x = " + b"[" * 100_000, b"a" * 5_000_000, b"", b'id = "x"\nid = "y"'],
    ids=["not UTF-8", "nested without end", "too large", "empty", "a key twice"],
)
def test_hostile_files_end_in_one_error(content: bytes) -> None:
    with pytest.raises(InstrumentError):
        load_instrument(FILES | {"instrument.toml": content})


def test_no_files_at_all() -> None:
    with pytest.raises(InstrumentError):
        load_instrument({})


def test_the_hash_changes_with_any_byte() -> None:
    changed = FILES | {"level.toml": FILES["level.toml"] + b"# a remark\n"}
    assert load_instrument(changed).sha256 != current().ref.sha256
    assert load_instrument(FILES).sha256 == current().ref.sha256
