-- What is known of a person's orders, newest first: an order may have been told of more than once.
SELECT id, conversation_id, at_ms, details
  FROM timeline_item
 WHERE customer_id = :id AND kind = 'order' AND NOT deleted
 ORDER BY at_ms DESC, id DESC
 LIMIT :row_count
