SELECT team_id, assignee_id, account_id FROM conversation WHERE id = :id
