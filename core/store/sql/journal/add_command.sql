INSERT INTO command (n, command_id, command, checksum) VALUES (:n, :command_id, :command, :checksum)
