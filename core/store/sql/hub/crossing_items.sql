-- What has been said in a conversation since :base_seq: the send guard's question. News of how an older message was
-- delivered, or a move to another team, raises its version and says nothing; an edit does.
SELECT kind, author_id FROM timeline_item
 WHERE conversation_id = :conversation_id AND version > :base_seq AND kind IN ('inbound', 'outbound') AND NOT automatic
   AND NOT deleted AND (said_seq > :base_seq OR said_seq = 0 OR edited_ms IS NOT NULL)
