-- What was done to a customer at :from_ms or after, the newest first.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE i.customer_id = :customer_id AND i.kind = 'event' AND i.at_ms >= :from_ms
 ORDER BY i.at_ms DESC, i.id DESC
