INSERT INTO command (n, command_id, command, checksum, outcome, applied_ms, row_checksum)
VALUES (:n, :command_id, :command, :checksum, :outcome, :applied_ms,
        checksum_of(:n, :command_id, :checksum, :outcome, :applied_ms, 0))
