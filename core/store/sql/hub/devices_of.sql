-- The devices an agent is signed in with, the one used last first.
SELECT d.token_hash, d.agent_id, d.name, d.created_ms, d.seen_ms
  FROM device AS d
 WHERE d.agent_id = :agent_id AND d.revoked = 0
 ORDER BY d.seen_ms DESC, d.token_hash
