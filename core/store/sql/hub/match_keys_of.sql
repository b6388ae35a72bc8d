SELECT kind, value FROM match_key WHERE customer_id = :customer_id
