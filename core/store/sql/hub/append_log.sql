INSERT INTO log (seq, entity_type, entity_key, op, scope_before, scope_after, client_id, client_n, chain)
VALUES (:seq, :entity_type, :entity_key, :op, :scope_before, :scope_after, :client_id, :client_n, :chain)
