UPDATE delivery_queue SET claimed_ms = NULL, not_before_ms = :not_before_ms, wait_ms = :wait_ms, uncertain = :uncertain
 WHERE item_id = :item_id
