SELECT DISTINCT i.conversation_id FROM timeline_item AS i
 WHERE NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = i.conversation_id)
