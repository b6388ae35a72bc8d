SELECT id, customer_id, channel, purpose, granted, source, at_ms, by_id, version
  FROM consent
 WHERE id = :id
