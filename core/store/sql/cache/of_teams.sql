SELECT id, team_id FROM conversation WHERE team_id IS NOT NULL
