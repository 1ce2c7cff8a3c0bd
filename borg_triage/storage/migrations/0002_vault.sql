-- Version 2: the vault's own name, the people who open it, the log of what they do, and how long a case stays.

-- One row. A copy, a backup and a restored vault keep the id: keys and the log are bound to it.
CREATE TABLE vault (
    seq INTEGER PRIMARY KEY CHECK (seq = 1),
    id TEXT NOT NULL CHECK (length(id) >= 32),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT;

INSERT INTO vault (seq, id, made_at)
VALUES (1, lower(hex(randomblob(16))), strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'));

-- slot_id: the key slot in the key file; NULL where the vault is opened with a bare key.
CREATE TABLE person (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    slot_id TEXT UNIQUE CHECK (slot_id <> ''),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL CHECK (name_folded <> ''),
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    added_at TEXT NOT NULL CHECK (added_at GLOB '????-??-??T??:??:??.??????Z'),
    added_by TEXT NOT NULL,
    withdrawn_at TEXT CHECK (withdrawn_at GLOB '????-??-??T??:??:??.??????Z'),
    withdrawn_by TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
) STRICT;

-- Somebody who left and came back is a new person with the same name.
CREATE UNIQUE INDEX person_name ON person (name_folded) WHERE withdrawn_at IS NULL;

-- case_id has no foreign key: what was done with a case is known after the case itself is gone.
-- hash is over the row and the hash of the row before it (storage/log.py); the first row's `previous` is made
-- from the vault's id.
CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    person_id TEXT CHECK (person_id <> ''),
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    on_behalf_of TEXT NOT NULL,
    case_id TEXT CHECK (length(case_id) = 36),
    action TEXT NOT NULL CHECK (action <> ''),
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    program TEXT NOT NULL,
    instrument TEXT NOT NULL,
    previous TEXT NOT NULL CHECK (length(previous) = 64),
    hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE INDEX log_of_case ON log (case_id, seq) WHERE case_id IS NOT NULL;

CREATE INDEX log_of_person ON log (person_id, seq) WHERE person_id IS NOT NULL;

-- A case without a row here stays as long as its user group's profile says.
CREATE TABLE retention (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES case_file (id) ON DELETE CASCADE,
    profile TEXT CHECK (profile <> ''),
    clock_start TEXT CHECK (clock_start GLOB '????-??-??T??:??:??.??????Z'),
    handed_over_at TEXT CHECK (handed_over_at GLOB '????-??-??T??:??:??.??????Z'),
    working_copy INTEGER CHECK (working_copy IN (0, 1)),
    keep_until TEXT CHECK (keep_until GLOB '????-??-??'),
    keep_reason TEXT NOT NULL DEFAULT '' CHECK ((keep_until IS NULL) = (keep_reason = '')),
    hold_reason TEXT NOT NULL DEFAULT '',
    changed_at TEXT NOT NULL CHECK (changed_at GLOB '????-??-??T??:??:??.??????Z'),
    changed_by TEXT NOT NULL
) STRICT;

-- Cases that open only with a reason given (break glass), and for whoever restricted them.
CREATE TABLE restricted_case (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES case_file (id) ON DELETE CASCADE,
    restricted_by TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    reason TEXT NOT NULL CHECK (reason <> '')
) STRICT;

-- A vault is given its id when it is made, before anything is told of it.
CREATE TRIGGER vault_fixed BEFORE UPDATE ON vault
WHEN EXISTS (SELECT 1 FROM log)
BEGIN
    SELECT RAISE(ABORT, 'vault: its id never changes');
END;

CREATE TRIGGER vault_no_delete BEFORE DELETE ON vault
BEGIN
    SELECT RAISE(ABORT, 'vault: its id never changes');
END;

CREATE TRIGGER vault_no_replace BEFORE INSERT ON vault
WHEN EXISTS (SELECT 1 FROM vault)
BEGIN
    SELECT RAISE(ABORT, 'vault: its id never changes');
END;

CREATE TRIGGER person_fixed BEFORE UPDATE OF seq, id, added_at, added_by ON person
BEGIN
    SELECT RAISE(ABORT, 'person: this column never changes');
END;

CREATE TRIGGER person_withdrawn BEFORE UPDATE ON person
WHEN OLD.withdrawn_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'person: who was withdrawn stays so');
END;

CREATE TRIGGER person_no_delete BEFORE DELETE ON person
BEGIN
    SELECT RAISE(ABORT, 'person: the log names them');
END;

CREATE TRIGGER person_no_replace BEFORE INSERT ON person
WHEN EXISTS (SELECT 1 FROM person WHERE seq = NEW.seq OR id = NEW.id OR slot_id = NEW.slot_id)
    OR EXISTS (SELECT 1 FROM person WHERE name_folded = NEW.name_folded AND withdrawn_at IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'person: already there');
END;

-- The same for UPDATE OR REPLACE, which would take another person's row away.
CREATE TRIGGER person_not_twice BEFORE UPDATE OF slot_id, name_folded ON person
WHEN EXISTS (SELECT 1 FROM person WHERE seq <> OLD.seq AND slot_id = NEW.slot_id)
    OR EXISTS (
        SELECT 1 FROM person
        WHERE seq <> OLD.seq AND name_folded = NEW.name_folded AND withdrawn_at IS NULL
    )
BEGIN
    SELECT RAISE(ABORT, 'person: already there');
END;

CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;

CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;

CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;
