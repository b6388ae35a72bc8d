-- Whether anything was said or noted in a conversation after :said_seq.
SELECT 1 FROM timeline_item
 WHERE conversation_id = :conversation_id AND said_seq > :said_seq AND kind IN ('inbound', 'outbound', 'note')
   AND NOT deleted
 LIMIT 1
