SELECT t.id, t.name, t.version
  FROM team AS t
 ORDER BY t.name, t.id
