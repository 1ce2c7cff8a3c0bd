"""The case list: its order, and searching by pseudonym as one types.

Both run on one index that holds everything they look at, in the order of the list: a search walks along it,
sorts nothing, and goes to the table for the lines that it shows only. For 100,000 cases the whole of that
index takes some 20 ms, and most searches stop at the first screenful; so there is no full-text index, whose
remains an erased case would have to be cleared from, and a search finds parts of words and of case numbers
too.
"""

from __future__ import annotations

from typing import Final

from borg_triage.storage.codec import columns, encode, folded
from borg_triage.storage.database import Database, Value
from borg_triage.storage.records import CaseSummary, Standing

# Only to sort by. A case that was never assessed is not a lighter one: it stands with `elevated`.
_URGENCY: Final = {"none_found": 0, "attention": 1, "elevated": 2, "high": 3, "acute": 4}
_NOT_ASSESSED: Final = _URGENCY["elevated"]
_NEVER: Final = "never"  # sorts after every moment

# In the order of CaseSummary. Each costs a search twice: read, and kept in memory that is locked and wiped.
_LINE: Final = "id, pseudonym, user_group, touched_at, level, pattern, next_deadline"
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
    # The index is named: without it SQLite may think that a sort of the table is cheaper. The numbers stand
    # in the text: for a bound limit SQLite prepares the statement anew at every run, which takes longer than
    # most searches.
    sql = (
        f"SELECT {_LINE} FROM case_file INDEXED BY case_list "  # noqa: S608  (names and numbers are ours)
        f"WHERE {where} {_ORDER} LIMIT {limit:d} OFFSET {offset:d}"
    )
    return list(map(CaseSummary._make, database.rows(sql, values)))


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
