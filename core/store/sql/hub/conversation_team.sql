SELECT team_id FROM conversation WHERE id = :id
