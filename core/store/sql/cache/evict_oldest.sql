-- The oldest items from a place on, and what decides whether they may go.
SELECT i.row, i.at_ms, i.id, i.customer_id, i.conversation_id, ifnull(c.status, '') = 'resolved' OR i.conversation_id = zeroblob(16),
       EXISTS (SELECT 1 FROM opened AS o WHERE o.customer_id = i.customer_id),
       EXISTS (SELECT 1 FROM shadow AS s WHERE s.entity_key IN (i.id, i.conversation_id))
  FROM timeline_item AS i
  LEFT JOIN conversation AS c ON c.id = i.conversation_id
 WHERE (i.at_ms, i.id) >= (:from_ms, :from_id) AND i.at_ms < :before_ms
 ORDER BY i.at_ms, i.id
 LIMIT :row_count
