-- Part of a home customer's timeline, from a place up to and without another, oldest first.
SELECT id, conversation_id, customer_id, identity_id, account_id, channel, kind, author_id, author_name, at_ms,
       subject, body, html, attachments, delivery, in_reply_to_id, automatic, deleted, edited_ms, details, version,
       mentions, said_seq
  FROM timeline_item
 WHERE customer_id = :customer_id AND (at_ms, id) >= (:from_ms, :from_id) AND (at_ms, id) < (:to_ms, :to_id)
 ORDER BY at_ms, id
 LIMIT :row_count
