SELECT agent_id, conversation_id, read_count, version FROM read_mark WHERE agent_id = :agent_id
