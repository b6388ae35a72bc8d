-- Where agents have signed in before: many networks that try an account slow everybody but them (C28).
CREATE TABLE sign_in_place (
    agent_id BLOB NOT NULL, place TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (agent_id, place)
) WITHOUT ROWID
-- next
-- Uploads without a message, to be found when they are old.
CREATE INDEX attachment_ref_unsent ON attachment_ref (at_ms) WHERE item_id IS NULL
