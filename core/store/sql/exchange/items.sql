-- One page of all that was said, in the order of time, after the row (:after_ms, :after_id). What was changed of a customer
-- who has no conversation is not among it: a line of an import is always of one.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE (i.at_ms, i.id) > (:after_ms, :after_id) AND i.conversation_id <> zeroblob(16)
 ORDER BY i.at_ms, i.id
 LIMIT :row_count
