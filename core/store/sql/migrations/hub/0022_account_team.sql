-- The team of an account is part of the account: everybody who sets up a workspace sees it.
UPDATE channel_account SET team_id = (SELECT t.team_id FROM account_team AS t WHERE t.account_id = channel_account.id)
-- next
DROP TABLE account_team
