SELECT 1 FROM log WHERE seq > :from_seq AND entity_type IN (0, 1) LIMIT 1
