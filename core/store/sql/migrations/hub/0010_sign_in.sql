-- Links that work once: who was invited, and who may choose a new password. Only a hash of the secret in them is here.
CREATE TABLE one_time_link (
    secret_hash BLOB PRIMARY KEY, kind TEXT NOT NULL, email TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
    made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX one_time_link_email ON one_time_link (email)
-- next
-- An agent's second factor: its secret is sealed with the key in the data folder. It counts once it is confirmed. No code of
-- `last_step` or before is taken (any more), so that each works once.
CREATE TABLE second_factor (
    agent_id BLOB PRIMARY KEY, sealed BLOB NOT NULL, confirmed INTEGER NOT NULL, last_step INTEGER NOT NULL
) WITHOUT ROWID
-- next
-- Codes for whoever has lost the second factor: each works once. They are hashed with a key that is not in this file.
CREATE TABLE recovery_code (agent_id BLOB NOT NULL, code_hash BLOB NOT NULL, PRIMARY KEY (agent_id, code_hash)) WITHOUT ROWID
-- next
CREATE INDEX device_agent ON device (agent_id)
-- next
-- Up to when unused sign-ins have been looked for: the time of day may be set to anything meanwhile.
CREATE TABLE sign_in_sweep (only INTEGER PRIMARY KEY CHECK (only = 1), at_ms INTEGER NOT NULL)
