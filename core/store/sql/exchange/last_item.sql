SELECT i.id
  FROM timeline_item AS i
 WHERE i.conversation_id = :conversation_id
 ORDER BY i.at_ms DESC, i.id DESC
 LIMIT 1
