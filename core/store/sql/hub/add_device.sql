INSERT INTO device (token_hash, agent_id, name, created_ms, seen_ms, revoked)
VALUES (:token_hash, :agent_id, :name, :now_ms, :now_ms, 0)
