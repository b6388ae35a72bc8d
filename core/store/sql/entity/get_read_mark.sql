SELECT agent_id, conversation_id, read_count, version, following, mentioned_ms, mention_seen_ms
  FROM read_mark
 WHERE agent_id = :agent_id AND conversation_id = :conversation_id
