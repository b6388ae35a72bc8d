INSERT INTO agent_work (agent_id, given_seq, seen_ms) VALUES (:agent_id, 0, :seen_ms)
ON CONFLICT (agent_id) DO UPDATE SET seen_ms = excluded.seen_ms
