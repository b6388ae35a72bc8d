-- What was said last in a conversation, newest first, without one item: what its row says when that is taken back.
SELECT kind, at_ms, body, automatic, author_id
  FROM timeline_item
 WHERE conversation_id = :conversation_id AND kind IN ('inbound', 'outbound', 'note') AND NOT deleted AND id <> :without_id
 ORDER BY at_ms DESC, id DESC
 LIMIT 100
