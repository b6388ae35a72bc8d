SELECT id, name, version, routing, return_minutes
  FROM team
 WHERE id = :id
