-- What is known of a command's fate decides whether it is ever sent: a turned bit there is noticed as one in the command is.
-- None: changed by a program that knew of none.
ALTER TABLE command ADD COLUMN row_checksum BLOB
-- next
UPDATE command SET row_checksum = checksum_of(n, command_id, checksum, outcome, applied_ms, settled)
-- next
CREATE TRIGGER command_changed AFTER UPDATE OF n, command_id, checksum, outcome, applied_ms, settled ON command
WHEN new.row_checksum IS old.row_checksum AND (new.n, new.command_id, new.checksum, new.outcome, new.applied_ms, new.settled)
    IS NOT (old.n, old.command_id, old.checksum, old.outcome, old.applied_ms, old.settled)
BEGIN
    UPDATE command SET row_checksum = NULL WHERE n = new.n;
END
