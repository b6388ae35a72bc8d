-- The same words, stored in another way.
UPDATE command
   SET command = :command, checksum = :checksum, outcome = :outcome,
       row_checksum = checksum_of(n, command_id, :checksum, :outcome, applied_ms, settled)
 WHERE n = :n
