"""The case list: its order, and searching by pseudonym as one types.

Both run on one index that holds everything they look at, in the order of the list: a search walks along it,
sorts nothing, and goes to the table for the lines that it shows only. For 100,000 cases the whole of that
index takes some 20 ms, and most searches stop at the first screenful; so there is no full-text index, whose
remains an erased case would have to be cleared from, and a search finds parts of words and of case numbers
too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from borg_triage.storage.codec import columns, encode, folded
from borg_triage.storage.database import Database, Row, Value
from borg_triage.storage.records import CaseSummary, Standing

# Only to sort by. A case that was never assessed is not a lighter one: it stands with `elevated`.
_URGENCY: Final = {"none_found": 0, "attention": 1, "elevated": 2, "high": 3, "acute": 4}
_NOT_ASSESSED: Final = _URGENCY["elevated"]
_NEVER: Final = "never"  # sorts after every moment

_LINE: Final = (
    "id, pseudonym, user_group, touched_at, closed_at, level, pattern, primary_route, next_deadline"
)
_ORDER: Final = "ORDER BY list_closed, list_urgency DESC, list_due, touched_at DESC, seq DESC"


def name_columns(pseudonym: str) -> dict[str, Value]:
    """What the list keeps of a pseudonym."""
    return {"list_name": folded(pseudonym)}


def standing_columns(standing: Standing) -> dict[str, Value]:
    """A standing as columns of case_file, with what the list sorts by."""
    values = {name: encode(getattr(standing, name)) for name in columns(Standing)}
    urgency = _NOT_ASSESSED if standing.level is None else _URGENCY.get(standing.level, _NOT_ASSESSED)
    return {**values, "list_urgency": urgency, "list_due": values["next_deadline"] or _NEVER}


def page(database: Database, text: str, level: str | None, limit: int, offset: int) -> list[CaseSummary]:
    """One page of the list. Raises VaultError."""
    where, values = _condition(text, level)
    # The index is named: without it SQLite may think that a sort of the table is cheaper.
    sql = (
        f"SELECT {_LINE} FROM case_file INDEXED BY case_list "  # noqa: S608  (names are ours)
        f"WHERE {where} {_ORDER} LIMIT ? OFFSET ?"
    )
    return [_summary(row) for row in database.rows(sql, (*values, limit, offset))]


def count(database: Database, text: str, level: str | None) -> int:
    """How many cases there are of that name and level. Raises VaultError."""
    where, values = _condition(text, level)
    row = database.row(
        f"SELECT count(*) FROM case_file INDEXED BY case_list WHERE {where}",  # noqa: S608  (ours)
        values,
    )
    return int(row[0]) if row else 0


def _condition(text: str, level: str | None) -> tuple[str, list[Value]]:
    words: list[Value] = [*folded(text).split()]
    tests = ["instr(list_name, ?) > 0"] * len(words)
    if level is not None:
        tests.append("level = ?")
        words.append(level)
    return " AND ".join(tests) or "TRUE", words


def _summary(row: Row) -> CaseSummary:
    """One line. By hand: with every key typed, reading by field names would take three times as long."""
    case_id, pseudonym, group, touched, closed, level, pattern, route, deadline = row
    return CaseSummary(
        id=case_id,
        pseudonym=pseudonym,
        user_group=group,
        touched_at=datetime.fromisoformat(touched),
        closed_at=None if closed is None else datetime.fromisoformat(closed),
        standing=Standing(
            level=level,
            pattern=pattern,
            primary_route=route,
            next_deadline=None if deadline is None else datetime.fromisoformat(deadline),
        ),
    )
