SELECT a.id, a.email, a.name, a.role, a.teams, a.active, a.version
  FROM agent AS a
 ORDER BY a.id
