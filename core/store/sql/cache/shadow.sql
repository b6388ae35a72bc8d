SELECT entity_type, entity_key, entity FROM shadow WHERE entity_type = :entity_type AND entity_key = :entity_key
