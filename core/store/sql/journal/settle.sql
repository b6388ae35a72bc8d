UPDATE command
   SET settled = 1, row_checksum = checksum_of(n, command_id, checksum, outcome, applied_ms, 1)
 WHERE n = :n
