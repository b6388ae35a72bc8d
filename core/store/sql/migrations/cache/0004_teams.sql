-- Rights that shrink take the conversations of a team away, with all that belongs to them.
CREATE INDEX conversation_team ON conversation (team_id) WHERE team_id IS NOT NULL
-- next
-- Rights have changed: items may be here whose conversation is not, and are looked for at the hub's head.
ALTER TABLE position ADD COLUMN rights_changed INTEGER NOT NULL DEFAULT 0
