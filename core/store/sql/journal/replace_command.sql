UPDATE command
   SET command = :command, checksum = :checksum,
       row_checksum = checksum_of(n, command_id, :checksum, outcome, applied_ms, settled)
 WHERE n = :n AND command_id = :command_id AND applied_ms IS NULL AND outcome IS NULL
RETURNING n
