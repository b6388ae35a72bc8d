-- Those that an older program has dropped (0005_sealed.sql).
SELECT command_id, command, outcome, applied_ms FROM command_gone
 WHERE command_id NOT IN (SELECT command_id FROM command) ORDER BY command_id
