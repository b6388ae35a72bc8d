-- Conversations that are not here, though something of them is.
SELECT DISTINCT i.conversation_id FROM timeline_item AS i
 WHERE NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = i.conversation_id)
UNION
SELECT r.conversation_id FROM read_mark AS r
 WHERE NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = r.conversation_id)
