-- Instants are microseconds since 1970-01-01 UTC; ids that are UUIDs are their 16 bytes.

CREATE TABLE thread (
    thread_id  BLOB    NOT NULL PRIMARY KEY,
    epoch      BLOB    NOT NULL,
    title      TEXT    NOT NULL,
    owner      TEXT    NOT NULL,
    archived   INTEGER NOT NULL,
    scope      TEXT    NOT NULL, -- JSON: array of ARM ids
    head_seq   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    open_runs  INTEGER NOT NULL
) STRICT;

CREATE INDEX thread_of_owner ON thread (owner, updated_at, thread_id);
CREATE INDEX thread_at_work ON thread (thread_id) WHERE open_runs > 0;

CREATE TABLE participant (
    principal_id TEXT NOT NULL,
    thread_id    BLOB NOT NULL REFERENCES thread (thread_id) ON DELETE CASCADE,
    PRIMARY KEY (principal_id, thread_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX participant_of_thread ON participant (thread_id, principal_id);

CREATE TABLE event (
    thread_id BLOB    NOT NULL REFERENCES thread (thread_id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL CHECK (seq > 0),
    at        INTEGER NOT NULL,
    json      BLOB    NOT NULL,
    PRIMARY KEY (thread_id, seq)
) STRICT;

CREATE TABLE evidence (
    thread_id BLOB    NOT NULL REFERENCES thread (thread_id) ON DELETE CASCADE,
    number    INTEGER NOT NULL CHECK (number > 0),
    call_id   BLOB    NOT NULL,
    tool      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    rows_key  TEXT,
    findings  BLOB    NOT NULL,
    output    BLOB    NOT NULL,
    PRIMARY KEY (thread_id, number)
) STRICT;

-- `arrival` orders replies by age, so that pruning needs no index of instants.
CREATE TABLE reply (
    arrival      INTEGER NOT NULL PRIMARY KEY,
    principal_id TEXT    NOT NULL,
    command_id   TEXT    NOT NULL,
    body_digest  BLOB    NOT NULL,
    reply        BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    UNIQUE (principal_id, command_id)
) STRICT;
