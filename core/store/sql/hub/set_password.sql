INSERT INTO agent_password (agent_id, hash) VALUES (:agent_id, :hash) ON CONFLICT (agent_id) DO UPDATE SET hash = excluded.hash
