"""A made-up vault of any size for tests.bench_vault: through the real schema, triggers and references on.

Nobody in it exists. One thing is not as the program would have made it: the hashes in the log are drawn by
lot. Nothing that is measured reads them.
"""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

from borg_triage import __version__
from borg_triage.storage import case_list
from borg_triage.storage.codec import encode
from borg_triage.storage.keying import PAGE_BYTES, RawKey
from borg_triage.storage.keys.cost import Cost
from borg_triage.storage.keys.keyfile import read
from borg_triage.storage.keys.ring import KeyRing
from borg_triage.storage.records import Standing
from borg_triage.storage.vault import Vault
from tests.oracle.random_cases import random_case

NAME: Final = "S. de Wit"
PASSPHRASE: Final = "vier groene fietsen bij de brug"
ANSWERS: Final = 80
NOW: Final = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

_SHEETS: Final = 40
# A case is answered in so many talks, with weeks of other cases between them.
_TALKS: Final = 4
_LEVELS: Final = (None, "none_found", "attention", "elevated", "high", "acute")
_PATTERNS: Final = (None, "undetermined", "intimate_terror_possible", "common_couple_violence_possible")
_GROUPS: Final = ("police", "shelter", "veilig_thuis")
_PARTS: Final = (
    *("ka", "lo", "mi", "ren", "dor", "van", "jan", "sen", "ber", "tis", "wa", "qu", "él", "ün"),
    *("bo", "el", "pie", "ters", "ma", "zon", "ne", "bloem", "kas", "tan", "je", "vlie", "der"),
)
_TITLES: Final = ("Mevrouw", "Meneer", "Gezin", "Zaak", "")
_NOTE: Final = "Zij vertelde dit zelf, zonder dat er iemand bij was, en kwam er later op terug. "

# Room for the indexes while they are written in no order.
_BUILDING: Final = (
    "journal_mode = DELETE",
    "journal_mode = OFF",
    "synchronous = OFF",
    "temp_store = MEMORY",
    "foreign_keys = ON",
    "cache_size = -700000",
)
_INDEXES_OF_THE_LOG: Final = ("log_of_case", "log_of_person")

_ANSWERED: Final = f"""
INSERT INTO observation
    (case_id, item, value, source, overheard, said_on, note, recorded_at, recorded_by)
SELECT turn.case_id, item, value, source, overheard, said_on, note, turn.at, '{NAME}'
FROM turn CROSS JOIN sheet ON sheet.number = turn.sheet AND sheet.talk = turn.talk
"""
_LOGGED: Final = f"""
INSERT INTO log
    (at, person_id, person, role, on_behalf_of, case_id, action, purpose, recipient, detail, program,
     instrument, previous, hash)
SELECT recorded_at, (SELECT id FROM person), recorded_by, 'owner', '', case_id, 'add', 'care', '',
    '{{"kind": "answer", "seq": ' || seq || '}}', '{__version__}', 'triage 1.0.0',
    lower(hex(randomblob(32))), lower(hex(randomblob(32)))
FROM observation ORDER BY seq
"""


def make(path: Path, cases: int) -> RawKey:
    """Make the vault, closed when this returns; its database key."""
    Vault.create(path, PASSPHRASE, NAME, Cost.floor(), lambda: NOW - timedelta(days=900)).close()
    key = database_key(path)
    # By another process: here SQLCipher now locks every piece of memory, which it can only do until the end.
    command = [sys.executable, "-m", __spec__.name, str(path), str(cases)]
    subprocess.run(command, input=bytes(key.material), check=True)
    return key


def ring_of(path: Path) -> KeyRing:
    """The unlocked keys of the vault: what a passphrase costs, and no more."""
    return KeyRing.unlock(read(path), path, NAME, PASSPHRASE)


def database_key(path: Path) -> RawKey:
    """The key of the database itself."""
    ring = ring_of(path)
    return RawKey(ring.keys[ring.current].material)


def in_plain(vault: Path, key: RawKey, target: Path) -> None:
    """The same pages without their encryption: a database that any SQLite opens, laid out as the vault is.

    SQLCipher's published format: AES-256-CBC, a 16 byte start value and a 64 byte HMAC at the end of each
    page (SQLite skips them: the header says so), the file's salt in place of the first 16 bytes.
    """
    reserved, start_value, magic = 80, 16, b"SQLite format 3\0"
    cipher = algorithms.AES(bytes(key.material))
    with vault.open("rb") as source, target.open("wb") as plain:
        skip = len(magic)
        while page := source.read(PAGE_BYTES):
            inside, tail = page[skip:-reserved], page[-reserved:]
            opened = Cipher(cipher, modes.CBC(tail[:start_value])).decryptor()
            plain.write(magic[:skip] + opened.update(inside) + opened.finalize() + bytes(reserved))
            skip = 0


def names(rng: random.Random) -> str:
    """A pseudonym with a case number, as teams make them up."""
    word = "".join(rng.choices(_PARTS, k=3)).title()
    return f"{rng.choice(_TITLES)} {word} {rng.randrange(2019, 2027)}-{rng.randrange(10**5):05d}".strip()


# ---------------------------------------------------------------- how it is done


def _main(path: str, cases: str) -> None:
    connection = bare(Path(path), RawKey(sys.stdin.buffer.read()))
    for pragma in _BUILDING:
        connection.execute(f"PRAGMA {pragma}")
    _fill(connection, random.Random(cases), int(cases))
    connection.close()


def bare(path: Path, key: RawKey) -> dbapi2.Connection:
    """The vault in SQLCipher as it comes, with nothing of ours but the key."""
    connection = dbapi2.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.material.hex()}'\"")
    return connection


def _fill(connection: dbapi2.Connection, rng: random.Random, cases: int) -> None:
    connection.execute("BEGIN")
    ids = _add_cases(connection, rng, cases)
    _lay_ready(connection, rng, ids)
    connection.execute(_ANSWERED)
    connection.execute("COMMIT")
    connection.execute("BEGIN")
    # In one go at the end: each would else be written at a random place of an index larger than memory.
    kept = [
        connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (name,)).fetchone()[0]
        for name in _INDEXES_OF_THE_LOG
    ]
    for name in _INDEXES_OF_THE_LOG:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(_LOGGED)
    for sql in kept:
        connection.execute(sql)
    connection.execute("COMMIT")


def _add_cases(connection: dbapi2.Connection, rng: random.Random, cases: int) -> list[str]:
    rows = [_case(rng) for _ in range(cases)]
    columns = tuple(rows[0])
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO case_file ({', '.join(columns)}) VALUES ({marks})",
        [tuple(row.values()) for row in rows],
    )
    return [str(row["id"]) for row in rows]


def _case(rng: random.Random) -> dict[str, Any]:
    opened = NOW - timedelta(hours=rng.uniform(1, 20_000))
    touched = opened + (NOW - opened) * rng.random() ** 2
    closed = touched if rng.random() < 0.7 else None
    due = NOW + timedelta(hours=rng.uniform(-50, 700)) if closed is None and rng.random() < 0.5 else None
    name = names(rng)
    return {
        "id": _id(rng),
        "pseudonym": name,
        "user_group": rng.choice(_GROUPS),
        "language": "nl",
        "opened_at": encode(opened),
        "opened_by": NAME,
        "touched_at": encode(touched),
        "closed_at": encode(closed),
        "list_closed": int(closed is not None),
        **case_list.name_columns(name),
        **case_list.standing_columns(
            Standing(
                level=rng.choice(_LEVELS),
                pattern=rng.choice(_PATTERNS),
                primary_route="urgent",
                next_deadline=due,
            )
        ),
    }


def _id(rng: random.Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _lay_ready(connection: dbapi2.Connection, rng: random.Random, ids: list[str]) -> None:
    """Sheets of answers, and the talks in which each case gave those of its sheet."""
    connection.execute(
        "CREATE TEMP TABLE sheet (number INTEGER, talk INTEGER, item TEXT, value TEXT, source TEXT, "
        "overheard INTEGER, said_on TEXT, note TEXT)"
    )
    connection.execute("CREATE TEMP TABLE turn (case_id TEXT, sheet INTEGER, talk INTEGER, at TEXT)")
    for number in range(_SHEETS):
        connection.executemany(
            "INSERT INTO sheet VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, place * _TALKS // ANSWERS, *answer) for place, answer in enumerate(_sheet(rng))],
        )
    connection.execute("CREATE INDEX temp.sheet_of ON sheet (number, talk)")
    for talk in range(_TALKS):
        rng.shuffle(ids)
        at = encode(NOW - timedelta(days=20 * (_TALKS - talk)))
        connection.executemany(
            "INSERT INTO turn VALUES (?, ?, ?, ?)",
            [(one, int(one[:4], 16) % _SHEETS, talk, at) for one in ids],
        )


def _sheet(rng: random.Random) -> list[tuple[Any, ...]]:
    """So many answers as a case has, of a random case that has at least that many."""
    while True:
        case = random_case(rng)
        found = [
            _answer(rng, item, one, case["assessed_on"])
            for item, given in case["answers"].items()
            for one in (given if isinstance(given, list) else [given])
        ]
        if len(found) >= ANSWERS:
            return found[:ANSWERS]


def _answer(rng: random.Random, item: str, given: Any, day: str) -> tuple[Any, ...]:
    full = given if isinstance(given, dict) else {"value": given}
    note = _NOTE[rng.randrange(40) :] * rng.choice((1, 1, 3)) if rng.random() < 0.2 else ""
    overheard = full.get("overheard")
    return (
        *(item, full["value"], full.get("source", "victim")),
        *(None if overheard is None else int(overheard), full.get("on", day), note),
    )


if __name__ == "__main__":
    _main(*sys.argv[1:])
