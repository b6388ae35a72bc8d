-- What was said and noted in a conversation, in its order: what its list row is made of.
SELECT kind, at_ms, CASE WHEN body = '' THEN subject ELSE body END, automatic, author_id,
       attachments
  FROM timeline_item
 WHERE conversation_id = :conversation_id AND kind IN ('inbound', 'outbound', 'note') AND NOT deleted
 ORDER BY at_ms, id
