-- Told twice, the first time counts: its author may have decided since.
UPDATE command
   SET outcome = :outcome, row_checksum = checksum_of(n, command_id, checksum, :outcome, applied_ms, settled)
 WHERE n = :n AND command_id = :command_id AND outcome IS NULL
