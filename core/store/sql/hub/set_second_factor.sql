INSERT INTO second_factor (agent_id, sealed, confirmed, last_step) VALUES (:agent_id, :sealed, :confirmed, :last_step)
ON CONFLICT (agent_id) DO UPDATE
   SET sealed = excluded.sealed, confirmed = excluded.confirmed, last_step = excluded.last_step
