-- What came back to its author is kept beyond the numbers of commands when those begin anew (journal.cpp).
SELECT n, command_id, command, checksum, outcome, applied_ms, settled FROM command WHERE n > :n AND n < 1000000000000 ORDER BY n
