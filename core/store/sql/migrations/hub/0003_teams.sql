-- What moves to another team takes its read marks along, and the conversations of a team are found by it.
CREATE INDEX read_mark_conversation ON read_mark (conversation_id)
-- next
CREATE INDEX conversation_team ON conversation (team_id) WHERE team_id IS NOT NULL
-- next
-- To which team the new conversations of an account belong; no row: to nobody in particular.
CREATE TABLE account_team (account_id BLOB PRIMARY KEY, team_id BLOB NOT NULL) WITHOUT ROWID
