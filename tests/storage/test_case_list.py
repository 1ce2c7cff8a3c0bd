"""The case list: most urgent first, searched as one types, quick with many cases."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

import pytest

from borg_triage.storage.database import Database, Row, Value
from borg_triage.storage.records import CaseSummary, Standing
from borg_triage.storage.vault import Vault

from .samples import START, new_case, new_observation, new_vault

LEVELS = ("none_found", "attention", "elevated", "high", "acute")


def hours(count: float) -> datetime:
    return START + timedelta(hours=count)


def add(vault: Vault, name: str, standing: Standing | None = None, touched: float = 0) -> str:
    case = vault.cases.create(new_case(name))
    vault.cases.set_standing(case.id, standing or Standing(), hours(touched))
    return case.id


def names(found: list[CaseSummary]) -> list[str]:
    return [summary.pseudonym for summary in found]


def test_the_most_urgent_comes_first(vault: Vault) -> None:
    add(vault, "attention", Standing(level="attention", next_deadline=hours(1)))
    add(vault, "acute later", Standing(level="acute", next_deadline=hours(9)))
    add(vault, "acute soon", Standing(level="acute", next_deadline=hours(2)))
    add(vault, "acute without deadline", Standing(level="acute"))
    add(vault, "none", Standing(level="none_found"))
    add(vault, "high old", Standing(level="high"), touched=1)
    add(vault, "high new", Standing(level="high"), touched=2)
    closed = add(vault, "closed acute", Standing(level="acute", next_deadline=hours(0)))
    vault.cases.close_case(closed, hours(3))
    assert names(vault.cases.list()) == [
        "acute soon",
        "acute later",
        "acute without deadline",
        "high new",
        "high old",
        "attention",
        "none",
        "closed acute",
    ]


def test_a_case_that_was_never_assessed_is_not_a_light_one(vault: Vault) -> None:
    for level in ("none_found", "attention", "high"):
        add(vault, level, Standing(level=level))
    add(vault, "not assessed")
    assert names(vault.cases.list()) == ["high", "not assessed", "attention", "none_found"]


def test_an_answer_moves_a_case_up_in_the_same_stroke(vault: Vault) -> None:
    calm = add(vault, "calm", Standing(level="attention"))
    add(vault, "other", Standing(level="high"))
    standing = Standing(level="acute", pattern="undetermined", primary_route="urgent", next_deadline=hours(1))
    vault.cases.append_observation(calm, new_observation("acute.danger_now"), standing)
    first = vault.cases.list()[0]
    assert (first.id, first.level, first.pattern, first.next_deadline) == (
        calm,
        "acute",
        "undetermined",
        hours(1),
    )
    vault.cases.append_observation(calm, new_observation())
    assert vault.cases.get(calm).standing == standing


@pytest.mark.parametrize(
    "typed",
    ["j", "jansen", "JANSEN", "sen", "  jansen   mevrouw ", "2026-0413", "0413", "Zoë", "zoe", "ZOË jan"],
)
def test_search_finds_parts_of_words_without_capitals_or_accents(vault: Vault, typed: str) -> None:
    add(vault, "Meneer Pietersma 2025-7")
    wanted = add(vault, "Mevrouw Zoë Jansen 2026-0413")
    found = vault.cases.list(typed)
    assert [summary.id for summary in found] == [wanted]
    assert vault.cases.count(typed) == 1


@pytest.mark.parametrize("typed", ["%", "_", "jansen pietersma", "'", '"', "*", "jansen*", "\0"])
def test_search_takes_signs_as_they_are(vault: Vault, typed: str) -> None:
    add(vault, "Jansen")
    add(vault, "Pietersma")
    assert vault.cases.list(typed) == []
    assert vault.cases.count(typed) == 0
    add(vault, f"met {typed} erin")
    assert vault.cases.count(typed) == 1


# ---------------------------------------------------------------- many cases

MANY = 10_000


@dataclass(frozen=True)
class Crowd:
    vault: Vault
    cases: list[CaseSummary]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A vault with many cases, and what should be in its list."""
    rng = random.Random(2)
    parts = ("ka", "lo", "mi", "ren", "dor", "van", "jan", "sen", "ber", "tis", "wa", "qu", "él", "Ün")
    with new_vault(tmp_path_factory.mktemp("crowd")) as vault:
        with vault._database.transaction():
            for number in range(MANY):
                name = "".join(rng.choices(parts, k=3)).title() + f" 2026-{number:05d}"
                due = rng.choice([None, hours(rng.randrange(500))])
                standing = Standing(level=rng.choice([None, *LEVELS]), next_deadline=due)
                case_id = add(vault, name, standing, touched=rng.random() * 900)
                if rng.random() < 0.2:
                    vault.cases.close_case(case_id, hours(rng.random() * 900))
        yield Crowd(vault, vault.cases.list(limit=MANY + 1))


def plain(text: str) -> str:
    """A second reading of how names are compared."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")


def test_the_whole_list_is_in_order(crowd: Crowd) -> None:
    def place(case: CaseSummary) -> tuple[bool, int, datetime, float]:
        rank = LEVELS.index(case.level or "elevated")
        due = case.next_deadline or hours(10_000)
        closed = crowd.vault.cases.get(case.id).closed_at is not None
        return closed, -rank, due, -case.touched_at.timestamp()

    assert len(crowd.cases) == MANY
    assert crowd.cases == sorted(crowd.cases, key=place)


@pytest.mark.parametrize("typed", ["", "ja", "karen", "el", "un 2026-00", "02", "2026-09999", "nergens"])
@pytest.mark.parametrize("level", [None, "acute"])
def test_search_agrees_with_looking_through_all(crowd: Crowd, typed: str, level: str | None) -> None:
    expected = [
        case
        for case in crowd.cases
        if all(part in plain(case.pseudonym) for part in plain(typed).split()) and level in (None, case.level)
    ]
    assert crowd.vault.cases.count(typed, level) == len(expected)
    assert crowd.vault.cases.list(typed, level, limit=MANY) == expected
    paged = [crowd.vault.cases.list(typed, level, limit=7, offset=start) for start in (0, 7, 14)]
    assert [case for page in paged for case in page] == expected[:21]


def test_search_walks_along_one_index_and_sorts_nothing(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Sequence[Value]]] = []
    database = crowd.vault._database
    read = type(database).rows

    def listening(self: Database, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        asked.append((sql, values))
        return read(self, sql, values)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "rows", listening)
        patch.setattr(Database, "row", lambda *it: (listening(*it) or [None])[0])
        crowd.vault.cases.list("ja ren", "acute")
        crowd.vault.cases.count("ja ren", "acute")
    listed, counted = asked
    for (sql, values), index in ((listed, "USING INDEX case_list"), (counted, "COVERING INDEX case_list")):
        plan = " ".join(row[3] for row in database.rows(f"EXPLAIN QUERY PLAN {sql}", values))
        assert index in plan
        assert "TEMP B-TREE" not in plan
    # To the table it goes only for what the index lacks, and only for the lines that are shown.
    assert "DeferredSeek" in [row[1] for row in database.rows("EXPLAIN " + listed[0], listed[1])]


def test_search_as_you_type_is_quick(crowd: Crowd) -> None:
    def seconds(typed: str) -> float:
        start = time.perf_counter()
        crowd.vault.cases.list(typed, limit=50)
        crowd.vault.cases.count(typed)
        return time.perf_counter() - start

    # It takes a few milliseconds; the bound leaves room for a busy machine.
    for typed in ("k", "ka", "kar", "2026-099", "nergens"):
        assert median(seconds(typed) for _ in range(7)) < 0.05, typed
