SELECT hash FROM agent_password WHERE agent_id = :agent_id
