SELECT n, command, checksum, outcome, applied_ms FROM command WHERE n > :n ORDER BY n
