INSERT INTO tombstone (entity_type, entity_key, version) VALUES (:entity_type, :entity_key, :version)
ON CONFLICT (entity_type, entity_key) DO UPDATE SET version = max(version, excluded.version)
