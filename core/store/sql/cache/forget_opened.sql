DELETE FROM opened WHERE customer_id = :customer_id AND at_ms < :before_ms
