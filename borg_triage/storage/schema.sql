CREATE TABLE case_file (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    pseudonym TEXT NOT NULL,
    user_group TEXT NOT NULL CHECK (user_group IN ('police', 'shelter', 'veilig_thuis')),
    language TEXT NOT NULL,
    opened_at TEXT NOT NULL CHECK (opened_at GLOB '????-??-??T??:??:??.??????Z'),
    opened_by TEXT NOT NULL,
    touched_at TEXT NOT NULL CHECK (touched_at GLOB '????-??-??T??:??:??.??????Z'),
    closed_at TEXT CHECK (closed_at GLOB '????-??-??T??:??:??.??????Z'),
    level TEXT,
    pattern TEXT,
    primary_route TEXT,
    next_deadline TEXT CHECK (next_deadline GLOB '????-??-??T??:??:??.??????Z'),
    list_closed INTEGER NOT NULL DEFAULT 0 CHECK (list_closed = (closed_at IS NOT NULL)),
    list_urgency INTEGER NOT NULL,
    list_due TEXT NOT NULL CHECK (list_due = ifnull(next_deadline, 'never')),
    list_name TEXT NOT NULL
) STRICT;

CREATE INDEX case_list ON case_file (
    list_closed, list_urgency DESC, list_due, touched_at DESC, seq DESC, list_name, level
);

CREATE TRIGGER case_file_fixed BEFORE UPDATE OF seq, id, user_group, opened_at, opened_by ON case_file
BEGIN
    SELECT RAISE(ABORT, 'case_file: this column never changes');
END;

CREATE TRIGGER case_file_no_replace BEFORE INSERT ON case_file
WHEN EXISTS (SELECT 1 FROM case_file WHERE seq = NEW.seq OR id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'case_file: already there');
END;

CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind <> ''),
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    happened_at TEXT NOT NULL CHECK (happened_at GLOB '????-??-??T??:??:??.??????Z'),
    recorded_at TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??.??????Z'),
    by TEXT NOT NULL,
    UNIQUE (case_id, seq)
) STRICT;

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
WHEN EXISTS (SELECT 1 FROM case_file WHERE id = OLD.case_id)
BEGIN
    SELECT RAISE(ABORT, 'event: append-only');
END;

CREATE TRIGGER event_no_replace BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'event: append-only');
END;

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'event: append-only');
END;

CREATE TABLE instrument (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    UNIQUE (id, version, sha256)
) STRICT;

CREATE TRIGGER instrument_no_delete BEFORE DELETE ON instrument
BEGIN
    SELECT RAISE(ABORT, 'instrument: kept as it was used');
END;

CREATE TRIGGER instrument_no_replace BEFORE INSERT ON instrument
WHEN EXISTS (
    SELECT 1 FROM instrument
    WHERE seq = NEW.seq OR (id = NEW.id AND version = NEW.version AND sha256 = NEW.sha256)
)
BEGIN
    SELECT RAISE(ABORT, 'instrument: kept as it was used');
END;

CREATE TRIGGER instrument_no_update BEFORE UPDATE ON instrument
BEGIN
    SELECT RAISE(ABORT, 'instrument: kept as it was used');
END;

CREATE TABLE judgement (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    level TEXT NOT NULL,
    pattern TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    by TEXT NOT NULL,
    result_seq INTEGER,
    UNIQUE (case_id, seq),
    FOREIGN KEY (case_id, result_seq) REFERENCES result (case_id, seq)
) STRICT;

CREATE TRIGGER judgement_no_delete BEFORE DELETE ON judgement
WHEN EXISTS (SELECT 1 FROM case_file WHERE id = OLD.case_id)
BEGIN
    SELECT RAISE(ABORT, 'judgement: append-only');
END;

CREATE TRIGGER judgement_no_replace BEFORE INSERT ON judgement
WHEN EXISTS (SELECT 1 FROM judgement WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'judgement: append-only');
END;

CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement
BEGIN
    SELECT RAISE(ABORT, 'judgement: append-only');
END;

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

CREATE TRIGGER log_no_delete BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;

CREATE TRIGGER log_no_replace BEFORE INSERT ON log
WHEN EXISTS (SELECT 1 FROM log WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;

CREATE TRIGGER log_no_update BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'log: append-only');
END;

CREATE TABLE observation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    item TEXT NOT NULL CHECK (item <> ''),
    value TEXT NOT NULL CHECK (value <> ''),
    source TEXT NOT NULL
        CHECK (source IN ('victim', 'perpetrator', 'child', 'other_person', 'staff', 'record')),
    overheard INTEGER CHECK (overheard IN (0, 1)),
    said_on TEXT NOT NULL CHECK (said_on GLOB '????-??-??'),
    note TEXT NOT NULL,
    recorded_at TEXT NOT NULL CHECK (recorded_at GLOB '????-??-??T??:??:??.??????Z'),
    recorded_by TEXT NOT NULL,
    retracts INTEGER CHECK (retracts < seq),
    UNIQUE (case_id, seq),
    FOREIGN KEY (case_id, retracts) REFERENCES observation (case_id, seq)
) STRICT;

CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
WHEN EXISTS (SELECT 1 FROM case_file WHERE id = OLD.case_id)
BEGIN
    SELECT RAISE(ABORT, 'observation: append-only');
END;

CREATE TRIGGER observation_no_replace BEFORE INSERT ON observation
WHEN EXISTS (SELECT 1 FROM observation WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'observation: append-only');
END;

CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
    SELECT RAISE(ABORT, 'observation: append-only');
END;

CREATE TABLE override (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    level_from TEXT NOT NULL,
    level_to TEXT NOT NULL,
    pattern_from TEXT NOT NULL,
    pattern_to TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason <> ''),
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    by TEXT NOT NULL,
    second_person TEXT CHECK (second_person <> ''),
    result_seq INTEGER,
    UNIQUE (case_id, seq),
    FOREIGN KEY (case_id, result_seq) REFERENCES result (case_id, seq)
) STRICT;

CREATE TRIGGER override_no_delete BEFORE DELETE ON override
WHEN EXISTS (SELECT 1 FROM case_file WHERE id = OLD.case_id)
BEGIN
    SELECT RAISE(ABORT, 'override: append-only');
END;

CREATE TRIGGER override_no_replace BEFORE INSERT ON override
WHEN EXISTS (SELECT 1 FROM override WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'override: append-only');
END;

CREATE TRIGGER override_no_update BEFORE UPDATE ON override
BEGIN
    SELECT RAISE(ABORT, 'override: append-only');
END;

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

CREATE UNIQUE INDEX person_name ON person (name_folded) WHERE withdrawn_at IS NULL;

CREATE TRIGGER person_fixed BEFORE UPDATE OF seq, id, added_at, added_by ON person
BEGIN
    SELECT RAISE(ABORT, 'person: this column never changes');
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

CREATE TRIGGER person_not_twice BEFORE UPDATE OF slot_id, name_folded ON person
WHEN EXISTS (SELECT 1 FROM person WHERE seq <> OLD.seq AND slot_id = NEW.slot_id)
    OR EXISTS (
        SELECT 1 FROM person
        WHERE seq <> OLD.seq AND name_folded = NEW.name_folded AND withdrawn_at IS NULL
    )
BEGIN
    SELECT RAISE(ABORT, 'person: already there');
END;

CREATE TRIGGER person_withdrawn BEFORE UPDATE ON person
WHEN OLD.withdrawn_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'person: who was withdrawn stays so');
END;

CREATE TABLE restricted_case (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES case_file (id) ON DELETE CASCADE,
    restricted_by TEXT NOT NULL,
    at TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??.??????Z'),
    reason TEXT NOT NULL CHECK (reason <> '')
) STRICT;

CREATE TABLE result (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES case_file (id) ON DELETE CASCADE,
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-??T??:??:??.??????Z'),
    made_by TEXT NOT NULL,
    instrument_id TEXT NOT NULL,
    instrument_version TEXT NOT NULL,
    instrument_sha256 TEXT NOT NULL,
    assessed_on TEXT NOT NULL CHECK (assessed_on GLOB '????-??-??'),
    input_json TEXT NOT NULL CHECK (json_valid(input_json)),
    output_json TEXT NOT NULL CHECK (json_valid(output_json)),
    UNIQUE (case_id, seq),
    FOREIGN KEY (instrument_id, instrument_version, instrument_sha256)
        REFERENCES instrument (id, version, sha256)
) STRICT;

CREATE TRIGGER result_no_delete BEFORE DELETE ON result
WHEN EXISTS (SELECT 1 FROM case_file WHERE id = OLD.case_id)
BEGIN
    SELECT RAISE(ABORT, 'result: append-only');
END;

CREATE TRIGGER result_no_replace BEFORE INSERT ON result
WHEN EXISTS (SELECT 1 FROM result WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'result: append-only');
END;

CREATE TRIGGER result_no_update BEFORE UPDATE ON result
BEGIN
    SELECT RAISE(ABORT, 'result: append-only');
END;

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

CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vault (
    seq INTEGER PRIMARY KEY CHECK (seq = 1),
    id TEXT NOT NULL CHECK (length(id) >= 32),
    made_at TEXT NOT NULL CHECK (made_at GLOB '????-??-??T??:??:??.??????Z')
) STRICT;

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
