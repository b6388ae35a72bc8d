-- What has been said in a conversation since its version :base_seq: the send guard's question.
SELECT kind, author_id FROM timeline_item
 WHERE conversation_id = :conversation_id AND version > :base_seq AND kind IN ('inbound', 'outbound') AND NOT automatic
   AND NOT deleted
