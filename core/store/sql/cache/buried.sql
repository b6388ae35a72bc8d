SELECT version FROM tombstone WHERE entity_type = :entity_type AND entity_key = :entity_key
