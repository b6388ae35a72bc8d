-- Conversations that are not here, though something of them is. What happened to a customer by itself is in none.
SELECT DISTINCT i.conversation_id FROM timeline_item AS i
 WHERE i.conversation_id <> zeroblob(16)
   AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = i.conversation_id)
UNION
SELECT r.conversation_id FROM read_mark AS r
 WHERE NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.id = r.conversation_id)
