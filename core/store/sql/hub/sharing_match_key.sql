-- Who has this in common, in the order in which they were made.
SELECT customer_id FROM match_key WHERE kind = :kind AND value = :value ORDER BY customer_id LIMIT :row_count
