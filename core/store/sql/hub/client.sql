SELECT agent_id, last_n FROM client WHERE id = :id
