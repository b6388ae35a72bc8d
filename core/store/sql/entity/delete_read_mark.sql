DELETE FROM read_mark WHERE agent_id = :agent_id AND conversation_id = :conversation_id
