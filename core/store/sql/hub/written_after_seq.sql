-- Whether the customer has written in a conversation since :base_seq. What is edited or moved says nothing new.
SELECT 1 FROM timeline_item
 WHERE conversation_id = :conversation_id AND said_seq > :base_seq AND kind = 'inbound' AND NOT automatic AND NOT deleted
 LIMIT 1
