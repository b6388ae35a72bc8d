-- The ranges of a customer, and those that all have.
SELECT from_ms, from_id, to_ms, to_id FROM coverage WHERE customer_id IN (:customer_id, :everybody)
