-- Only what was there before the first own command counts as the hub's word.
INSERT INTO shadow (entity_type, entity_key, entity) VALUES (:entity_type, :entity_key, :entity)
ON CONFLICT (entity_type, entity_key) DO NOTHING
