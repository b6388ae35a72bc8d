UPDATE device SET revoked = 1 WHERE agent_id = :agent_id
