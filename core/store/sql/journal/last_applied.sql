SELECT coalesce(max(n), 0) FROM command WHERE applied_ms IS NOT NULL AND n < 1000000000000
