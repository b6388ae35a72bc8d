SELECT item_id, account_id, conversation_id, message_id, not_before_ms, attempts, claimed_ms, uncertain, term
  FROM delivery_queue
 WHERE item_id = :item_id
