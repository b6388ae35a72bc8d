SELECT f.sealed, f.confirmed, f.last_step
  FROM second_factor AS f
 WHERE f.agent_id = :agent_id
