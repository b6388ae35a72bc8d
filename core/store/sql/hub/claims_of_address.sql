SELECT customer_id FROM claim WHERE channel = :channel AND address = :address ORDER BY at_ms
