SELECT n, command_id, command, checksum, outcome, applied_ms, settled FROM command WHERE n >= :n ORDER BY n
