SELECT n, command_id, command, checksum, outcome, applied_ms, settled FROM command WHERE outcome IS NOT NULL AND settled = 0 ORDER BY n
