SELECT id, email, name, role, teams, active, version
  FROM agent
 WHERE id = :id
