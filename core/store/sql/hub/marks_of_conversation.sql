SELECT agent_id FROM read_mark WHERE conversation_id = :conversation_id ORDER BY agent_id
