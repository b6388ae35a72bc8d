INSERT INTO command (n, command_id, command, checksum, applied_ms, row_checksum)
VALUES (:n, :command_id, :command, :checksum, :applied_ms, checksum_of(:n, :command_id, :checksum, NULL, :applied_ms, 0))
