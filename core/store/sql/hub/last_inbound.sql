-- What a customer said last in a conversation: not what a person did whom a merge, undone since, had brought there.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE i.conversation_id = :conversation_id AND i.kind = 'inbound' AND NOT i.deleted
   AND (i.customer_id = :root_id
    OR i.customer_id IN (SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
 ORDER BY i.at_ms DESC, i.id DESC
 LIMIT 1
