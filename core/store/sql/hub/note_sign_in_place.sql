INSERT INTO sign_in_place (agent_id, place, at_ms) VALUES (:agent_id, :place, :now_ms)
ON CONFLICT (agent_id, place) DO UPDATE SET at_ms = excluded.at_ms
