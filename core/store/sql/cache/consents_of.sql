SELECT c.id, c.customer_id, c.channel, c.purpose, c.granted, c.source, c.at_ms, c.by_id, c.version
  FROM consent AS c
 WHERE c.customer_id = :id
