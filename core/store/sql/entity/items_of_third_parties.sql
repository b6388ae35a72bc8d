-- What stands with a customer in one of their conversations, and was said by or to somebody who is not that person. What happened to the
-- customer is of no identity.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE i.conversation_id = :conversation_id AND i.customer_id = :customer_id
   AND i.identity_id <> zeroblob(16)
   AND NOT EXISTS (SELECT 1 FROM identity AS who
                    WHERE who.id = i.identity_id
                      AND (who.customer_id = :root_id
                           OR who.customer_id IN (SELECT l.from_id FROM customer_link AS l
                                                   WHERE l.into_id = :root_id AND l.ended_ms IS NULL)))
 ORDER BY i.at_ms DESC, i.id DESC
 LIMIT :row_count
