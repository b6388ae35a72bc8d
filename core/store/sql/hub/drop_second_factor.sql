DELETE FROM second_factor WHERE agent_id = :agent_id
