INSERT INTO account_team (account_id, team_id) VALUES (:account_id, :team_id)
ON CONFLICT (account_id) DO UPDATE SET team_id = excluded.team_id
