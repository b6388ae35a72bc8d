SELECT n, command_id, command, checksum, outcome, applied_ms, settled FROM command ORDER BY n
