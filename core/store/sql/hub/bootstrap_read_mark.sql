SELECT t.agent_id, t.conversation_id, t.read_count, t.version, t.following, t.mentioned_ms, t.mention_seen_ms
  FROM read_mark AS t
 WHERE t.agent_id = :agent_id AND t.conversation_id > :after_id
 ORDER BY t.conversation_id
 LIMIT :row_count
