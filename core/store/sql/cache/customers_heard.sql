-- When each customer was heard of last, by id: the index holds both in that order.
SELECT v.customer_id, max(v.last_item_ms)
  FROM conversation AS v
 GROUP BY v.customer_id
 ORDER BY v.customer_id
