SELECT n, command, checksum,
       row_checksum IS NULL OR row_checksum = checksum_of(n, command_id, checksum, outcome, applied_ms, settled)
  FROM command ORDER BY n
