SELECT t.id, t.name, t.version, t.routing, t.return_minutes
  FROM team AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
