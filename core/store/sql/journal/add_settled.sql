INSERT INTO command (n, command_id, command, checksum, outcome, applied_ms)
VALUES (:n, :command_id, :command, :checksum, :outcome, :applied_ms)
