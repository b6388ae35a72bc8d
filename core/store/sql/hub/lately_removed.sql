-- What is logged of an entity that was removed lately: to whom it belonged.
SELECT l.scope_before FROM log AS l
 WHERE l.seq > :after_seq AND l.entity_type = :entity_type AND l.entity_key = :entity_key AND l.op = 'remove'
 ORDER BY l.seq DESC LIMIT 1
