-- The merges that a customer was ever part of.
SELECT l.id, l.from_id, l.into_id, l.evidence, l.by_id, l.at_ms, l.ended_ms, l.ended_by_id, l.version, l.replaced, l.first_id
  FROM customer_link AS l
 WHERE l.from_id = :customer_id OR l.into_id = :customer_id OR l.first_id = :customer_id
