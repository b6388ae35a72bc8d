-- What came back and is its author's to decide once more.
UPDATE command
   SET settled = 0, row_checksum = checksum_of(n, command_id, checksum, outcome, applied_ms, 0)
 WHERE command_id = :command_id AND outcome IS NOT NULL
RETURNING n
