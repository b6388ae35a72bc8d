SELECT n, command, checksum, outcome, applied_ms FROM command WHERE outcome IS NOT NULL ORDER BY n
