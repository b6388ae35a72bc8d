UPDATE command
   SET applied_ms = :now_ms, row_checksum = checksum_of(n, command_id, checksum, outcome, :now_ms, settled)
 WHERE n <= :n AND applied_ms IS NULL
