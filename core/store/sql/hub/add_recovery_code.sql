INSERT INTO recovery_code (agent_id, code_hash) VALUES (:agent_id, :code_hash)
