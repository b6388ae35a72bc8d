UPDATE command SET command = :command, checksum = :checksum
 WHERE n = :n AND command_id = :command_id AND applied_ms IS NULL AND outcome IS NULL
RETURNING n
