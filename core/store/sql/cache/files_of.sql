-- The newest things with files that a person has sent or was sent. A list of none is one byte of CBOR.
SELECT id, conversation_id, at_ms, subject, attachments
  FROM timeline_item
 WHERE customer_id = :id AND length(attachments) > 1 AND NOT deleted
 ORDER BY at_ms DESC, id DESC
 LIMIT :row_count
