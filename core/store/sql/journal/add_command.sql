INSERT INTO command (n, command_id, command, checksum, applied_ms) VALUES (:n, :command_id, :command, :checksum, :applied_ms)
