-- Commands as they are stored, whoever wrote them: those of a newer program are not understood, and kept.
SELECT n, command_id, command, checksum, outcome, applied_ms, settled FROM command WHERE applied_ms IS NULL AND outcome IS NULL ORDER BY n
