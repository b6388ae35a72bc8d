-- Whether a customer has written in a conversation after :at_ms.
SELECT 1 FROM timeline_item
 WHERE conversation_id = :conversation_id AND kind = 'inbound' AND at_ms > :at_ms AND NOT automatic AND NOT deleted
 LIMIT 1
