-- Whose desktop asked for a change; nobody where the hub made it by itself, or the log does not reach back to it.
SELECT k.agent_id FROM log AS l JOIN client AS k ON k.id = l.client_id WHERE l.seq = :seq
