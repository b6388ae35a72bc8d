-- Whether the customer has written in a conversation after :at_ms, as far as this epoch knows.
SELECT 1 FROM timeline_item
 WHERE conversation_id = :conversation_id AND at_ms > :at_ms AND version > :start_seq AND kind = 'inbound' AND NOT automatic
   AND NOT deleted
 LIMIT 1
