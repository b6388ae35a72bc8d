SELECT count(*) FROM recovery_code WHERE agent_id = :agent_id
