SELECT t.id, t.name, t.version, t.routing, t.return_minutes
  FROM team AS t
 ORDER BY t.id
