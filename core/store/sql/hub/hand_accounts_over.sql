UPDATE account_team SET team_id = :into_id WHERE team_id = :team_id
