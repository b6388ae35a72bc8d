INSERT INTO ending (id, is_team, name, into_id, by_id) VALUES (:id, :is_team, :name, :into_id, :by_id)
