-- What came last into a conversation and was done to it, newest first, without one item: what its row says when that is
-- taken back.
SELECT id, conversation_id, customer_id, identity_id, account_id, channel, kind, author_id, author_name, at_ms,
       subject, body, html, attachments, delivery, in_reply_to_id, automatic, deleted, edited_ms, details, version,
       mentions, said_seq
  FROM timeline_item
 WHERE conversation_id = :conversation_id AND NOT deleted AND id <> :without_id
 ORDER BY at_ms DESC, id DESC
 LIMIT 100
