-- Who sees each conversation.
SELECT id, team_id, assignee_id, account_id FROM conversation
