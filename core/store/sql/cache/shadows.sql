SELECT entity_type, entity_key, entity FROM shadow
