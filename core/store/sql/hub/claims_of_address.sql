-- Who said first that an address is theirs.
SELECT customer_id FROM claim
 WHERE channel = :channel AND address = :address
 ORDER BY at_ms, customer_id
 LIMIT :row_count
