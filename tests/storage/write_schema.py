"""Write borg_triage/storage/schema.sql anew from the migrations: python -m tests.storage.write_schema"""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from borg_triage import storage
from borg_triage.storage import migrate
from borg_triage.storage.database import Database

TARGET = Path(storage.__file__).parent / "schema.sql"


def migrated_schema() -> str:
    """The schema that all migrations add up to, on a fresh database."""
    memory = Database(dbapi2.connect(":memory:", isolation_level=None), Path(":memory:"))
    try:
        migrate.run_all(memory)
        return migrate.schema(memory)
    finally:
        memory.close()


if __name__ == "__main__":
    TARGET.write_text(migrated_schema(), "utf-8")
