UPDATE read_mark SET version = :version WHERE agent_id = :agent_id AND conversation_id = :conversation_id
