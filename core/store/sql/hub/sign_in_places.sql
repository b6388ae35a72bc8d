SELECT a.email, p.place
  FROM sign_in_place AS p
  JOIN agent AS a ON a.id = p.agent_id
