-- What is sealed by hub.key, and what each is bound to.
SELECT c.account_id, c.sealed FROM account_config AS c
UNION ALL
SELECT f.agent_id, f.sealed FROM second_factor AS f
