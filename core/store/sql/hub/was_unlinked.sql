SELECT 1 FROM customer_link
 WHERE ended_by_id IS NOT NULL
   AND ((from_id = :a AND (into_id = :b OR first_id = :b)) OR (from_id = :b AND (into_id = :a OR first_id = :a)))
