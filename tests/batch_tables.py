"""Tables for the batch run: from cases to tables, and random tables made in bulk and back to cases."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from borg_triage.app.instruments import current
from borg_triage.domain.answers import Observation
from borg_triage.domain.case_input import CaseInput, CaseReader
from borg_triage.domain.instrument import ABSENT, SOURCES, USER_GROUPS, Item

OUTCOMES = ("level", "level_lower", "level_upper", "pattern", "borg", "primary_route")
DAY = date(2026, 11, 22)

_COLUMNS: dict[str, pl.DataType] = {
    "case_id": pl.Int64(),
    "user_group": pl.String(),
    "assessed_on": pl.Date(),
    "item": pl.String(),
    "value": pl.String(),
    "source": pl.String(),
    "overheard": pl.Boolean(),
    "on": pl.Date(),
}
# How far from an all-favourable case with light violence: from one odd answer to nothing but odd answers.
_NOISE = (0.005, 0.01, 0.02, 0.05, 0.2, 1.0)
_LIGHT_VIOLENCE = ("flag.recent_violence", "situational.quarrel")
_EDGE_AGES = (0, 0, 1, 2, 27, 28, 29, 91, 92, 93, 200)


def observation_table(cases: Sequence[CaseInput]) -> pl.DataFrame:
    """One row an observation; a case with none gets one that says so. case_id is the place of the case."""
    return pl.DataFrame(_observations(cases), schema=_COLUMNS, orient="row")


def _observations(cases: Sequence[CaseInput]) -> Iterator[tuple[object, ...]]:
    for number, case in enumerate(cases):
        known = (number, case.user_group, case.assessed_on)
        yield (*known, "flag.stalking", "not_asked", None, None, None)
        for item, said in case.answers.items():
            for seen in said:
                yield (*known, item, seen.value, seen.source, seen.overheard, seen.on)


def one_case(**columns: object) -> pl.DataFrame:
    """Three right rows; what is named differs in the second."""
    right: dict[str, object] = {
        "case_id": 5,
        "user_group": "police",
        "assessed_on": DAY,
        "item": "flag.stalking",
        "value": "no",
        "source": "victim",
        "overheard": False,
        "on": DAY,
    }
    return pl.DataFrame([right, right | columns, right], schema_overrides={"overheard": pl.Boolean})


def wide_table(answers: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    """One row a case, from the shorthand of each item that was asked."""
    items = {item: pl.String() for item in current().instrument.item}
    rows = [{"case_id": number, **given} for number, given in enumerate(answers)]
    table = pl.DataFrame(rows, schema={"case_id": pl.Int64(), **items})
    return table.with_columns(user_group=pl.lit("police"), assessed_on=pl.lit(DAY))


def wide_cases(table: pl.DataFrame) -> list[CaseInput]:
    """The cases of a wide table, as the command line reads them from JSON."""
    reader = CaseReader(current().instrument)
    asked = table.drop("case_id", "user_group", "assessed_on")
    return [
        reader.read(
            {"user_group": "police", "answers": {item: value for item, value in row.items() if value}}, DAY
        )
        for row in asked.iter_rows(named=True)
    ]


def random_wide(seed: int, cases: int) -> pl.DataFrame:
    """A wide table of random cases: near common couple violence, further off, and without any order."""
    rng = random.Random(seed)
    table = pl.DataFrame({"case_id": pl.int_range(cases, eager=True)})
    table = table.with_columns(_value(rng, item, cases).alias(item.id) for item in current().instrument.items)
    return table.with_columns(user_group=pl.lit("police"), assessed_on=pl.lit(DAY))


def expected(cases: Sequence[CaseInput]) -> pl.DataFrame:
    """What the engine says of the cases; case_id is the place of the case."""
    briefs = current().engine.briefs(cases)
    rows = [
        (number, *brief.level, brief.pattern, brief.borg, brief.primary)
        for number, brief in enumerate(briefs)
    ]
    schema = {"case_id": pl.Int64(), **dict.fromkeys(OUTCOMES, pl.String())}
    return pl.DataFrame(rows, schema=schema, orient="row")


def plain(outcomes: pl.DataFrame) -> pl.DataFrame:
    """The outcomes as texts, without the instrument."""
    return outcomes.select("case_id", *OUTCOMES).with_columns(pl.col(OUTCOMES).cast(pl.String))


def random_observations(seed: int, cases: int) -> pl.DataFrame:
    """A table of random cases: near common couple violence, further off, and without any order.

    Two observations of most items at most, of any source, age and worth.
    """
    rng = random.Random(seed)
    instrument = current().instrument
    frames = [
        _one_item(rng, pl.int_range(cases, eager=True), item, again)
        for item in instrument.items
        for again in (False, True)
    ]
    group = pl.Series(rng.choices(USER_GROUPS, k=cases))
    day = pl.Series([DAY], dtype=pl.Date).new_from_index(0, cases)
    table = pl.concat(frames).with_columns(
        user_group=pl.lit(group).gather(pl.col("case_id")), assessed_on=pl.lit(day).gather(pl.col("case_id"))
    )
    table = table.with_columns(on=pl.col("assessed_on") - pl.duration(days=pl.col("age")))
    return table.select(*_COLUMNS).sort("case_id", maintain_order=True)


def thinned(seed: int, table: pl.DataFrame) -> pl.DataFrame:
    """Of a seventh of the cases all rows, of a seventh half, of the others some ten; of each the first."""
    share = pl.col("case_id") % 7
    every = pl.when(share == 0).then(1).when(share == 1).then(2).otherwise(9)
    drawn = pl.int_range(pl.len()).hash(seed) % every == 0
    return table.filter(drawn | (pl.col("case_id") != pl.col("case_id").shift(1)).fill_null(True))


def _one_item(rng: random.Random, ids: pl.Series, item: Item, again: bool) -> pl.DataFrame:
    """The observations of one item in all cases: the first, or the second of which there are few."""
    number = len(ids)
    odd = _odd(rng, number, 0.3 if again else 1.0)
    usual = pl.lit(None, dtype=pl.String) if again else _usual(item)
    source = current().instrument.default_source(item)
    rows = pl.DataFrame({"case_id": ids}).with_columns(
        item=pl.lit(item.id),
        value=pl.when(odd).then(_any_value(rng, item, number)).otherwise(usual),
        source=pl.when(odd).then(_drawn(rng, pl.Series([*SOURCES, None]), number)).otherwise(pl.lit(source)),
        overheard=pl.when(odd).then(_drawn(rng, pl.Series([True, False, None]), number)).otherwise(False),
        age=pl.when(odd).then(_drawn(rng, pl.Series(_EDGE_AGES), number)).otherwise(0),
    )
    return rows.filter(pl.col("value").is_not_null())


def _value(rng: random.Random, item: Item, number: int) -> pl.Expr:
    return pl.when(_odd(rng, number, 1.0)).then(_any_value(rng, item, number)).otherwise(_usual(item))


def _odd(rng: random.Random, number: int, share: float) -> pl.Expr:
    noise = pl.lit(pl.Series(_NOISE)).gather(pl.col("case_id") % len(_NOISE))
    return _drawn(rng, pl.Series(range(10_000)), number) < noise * 10_000 * share


def _any_value(rng: random.Random, item: Item, number: int) -> pl.Expr:
    words = [*(item.answers or ("2026-12-01",)), *ABSENT]
    return _drawn(rng, pl.Series([*words, *([None] * len(words))], dtype=pl.String), number)


def _usual(item: Item) -> pl.Expr:
    """What is said of an item when nothing is odd: in two cases of three light violence in a quarrel."""
    if item.kind == "date":
        return pl.lit(None, dtype=pl.String)
    violence = (pl.col("case_id") // len(_NOISE) % 3 > 0) & (item.id in _LIGHT_VIOLENCE)
    return pl.when(violence).then(pl.lit("yes")).otherwise(pl.lit(item.best))


def _drawn(rng: random.Random, values: pl.Series, number: int) -> pl.Expr:
    return pl.lit(values.sample(number, with_replacement=True, seed=rng.getrandbits(32)))


def cases_of(table: pl.DataFrame) -> list[CaseInput]:
    """The cases of a table of observations in its order, as the engine takes them."""
    instrument = current().instrument
    source = {item.id: instrument.default_source(item) for item in instrument.items}
    said = ("item", "assessed_on", "value", "source", "overheard", "on")
    # Few are different, and each of those is made once.
    different = table.select(said).unique().with_row_index("nr")
    known = [
        Observation(value, said_by or source[item], on or day, overheard)
        for _, item, day, value, said_by, overheard, on in different.iter_rows()
    ]
    numbered = table.join(different, on=said, nulls_equal=True, maintain_order="left")
    case = ("case_id", "user_group", "assessed_on")
    found: dict[int, CaseInput] = {}
    by_item = numbered.group_by(*case, "item", maintain_order=True).agg("nr")
    for case_id, group, day, item, numbers in by_item.iter_rows():
        if case_id not in found:
            found[case_id] = CaseInput(group, day, {})
        found[case_id].answers[item] = tuple(known[number] for number in numbers)
    return list(found.values())
