-- All that is of a customer: what is on their timeline, and what others have said about them in side conversations.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE i.id IN (SELECT id FROM timeline_item WHERE customer_id = :customer_id
 UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
 WHERE c.customer_id = :customer_id)
