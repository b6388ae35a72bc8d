-- The precious file of a desktop: who it is, what its agent did, what is half written. Never rebuilt, never dropped.
CREATE TABLE installation (only INTEGER PRIMARY KEY CHECK (only = 1), client_id BLOB NOT NULL, next_n INTEGER NOT NULL, hub_url TEXT NOT NULL, token TEXT NOT NULL, agent_email TEXT NOT NULL, workspace TEXT NOT NULL)
-- next
-- Commands in order of n. `applied_ms` is set when the echo is in the cache; applied ones stay a week, to be offered again
-- after the hub was restored. `checksum` is over the command: a damaged row is noticed.
CREATE TABLE command (
    n INTEGER PRIMARY KEY, command_id BLOB NOT NULL UNIQUE, command BLOB NOT NULL, checksum BLOB NOT NULL,
    outcome BLOB, applied_ms INTEGER
)
-- next
CREATE INDEX command_applied ON command (applied_ms)
-- next
CREATE TABLE draft (
    conversation_id BLOB NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, fields BLOB NOT NULL, saved_ms INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, kind)
) WITHOUT ROWID
-- next
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
