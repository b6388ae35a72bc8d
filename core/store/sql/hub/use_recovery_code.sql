-- Gives a row if there was one, and it is used up now.
DELETE FROM recovery_code WHERE agent_id = :agent_id AND code_hash = :code_hash RETURNING 1
