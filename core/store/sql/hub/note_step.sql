UPDATE second_factor SET last_step = :last_step WHERE agent_id = :agent_id
