-- Words are sealed by a key that is not on the disk. Commands stay where they are: a program that knows of no seal takes them
-- for ones of a newer program, and leaves them alone. It would show a sealed draft as a text, so those are elsewhere; each
-- agent of this computer has a key of their own, and drafts of their own.
CREATE TABLE sealed_draft (
    conversation_id BLOB NOT NULL, kind TEXT NOT NULL, key_id BLOB NOT NULL, sealed BLOB NOT NULL, saved_ms INTEGER NOT NULL,
    checksum BLOB NOT NULL, PRIMARY KEY (conversation_id, kind, key_id)
) WITHOUT ROWID
-- next
-- What came back to its author such a program would drop when it numbers anew: it cannot read it.
CREATE TABLE command_gone (
    command_id BLOB PRIMARY KEY, command BLOB NOT NULL, outcome BLOB NOT NULL, applied_ms INTEGER
) WITHOUT ROWID
-- next
CREATE TRIGGER sealed_command_gone AFTER DELETE ON command
WHEN old.outcome IS NOT NULL AND old.settled = 0 AND substr(old.command, 1, 8) = x'ff545345414c0001'
BEGIN
    INSERT OR REPLACE INTO command_gone (command_id, command, outcome, applied_ms)
    VALUES (old.command_id, old.command, old.outcome, old.applied_ms);
END
