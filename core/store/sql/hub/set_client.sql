INSERT INTO client (id, agent_id, last_n) VALUES (:id, :agent_id, :last_n)
ON CONFLICT (id) DO UPDATE SET last_n = excluded.last_n
