SELECT id, is_team, name, into_id, by_id FROM ending WHERE id = :id
