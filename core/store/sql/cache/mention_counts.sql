SELECT count(*), count(*) FILTER (WHERE m.mentioned_ms > coalesce(m.mention_seen_ms, 0))
  FROM read_mark AS m JOIN conversation AS c ON c.id = m.conversation_id
 WHERE m.agent_id = :agent_id AND m.mentioned_ms IS NOT NULL
