-- What somebody's rights were before each of their changes after :seq, of which the last is :version.
SELECT scope_before
  FROM log
 WHERE seq > :seq AND seq <= :version AND entity_type = :agent_type AND entity_key = :id AND scope_before IS NOT NULL
