-- What there is in a conversation, in its order, with what was done to it: what its list row is made of.
SELECT id, conversation_id, customer_id, identity_id, account_id, channel, kind, author_id, author_name, at_ms,
       subject, body, html, attachments, delivery, in_reply_to_id, automatic, deleted, edited_ms, details, version,
       mentions, said_seq
  FROM timeline_item
 WHERE conversation_id = :conversation_id AND NOT deleted
 ORDER BY at_ms, id
