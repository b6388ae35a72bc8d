-- Who is merged into whom.
SELECT l.from_id, l.into_id FROM customer_link AS l WHERE l.ended_ms IS NULL
