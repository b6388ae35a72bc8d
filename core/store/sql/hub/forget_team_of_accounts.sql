DELETE FROM account_team WHERE team_id = :team_id
