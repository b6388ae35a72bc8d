SELECT t.id, t.email, t.name, t.role, t.teams, t.active, t.version
  FROM agent AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
