-- Whoever was never seen, or last by a clock that was ahead: their absence is counted from now.
INSERT INTO agent_work (agent_id, given_seq, seen_ms)
SELECT a.id, 0, :seen_ms FROM agent AS a
 WHERE NOT EXISTS (SELECT 1 FROM agent_work AS w WHERE w.agent_id = a.id AND w.seen_ms <= :now_ms)
ON CONFLICT (agent_id) DO UPDATE SET seen_ms = excluded.seen_ms
