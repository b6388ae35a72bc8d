-- Teams and own statuses that were removed while conversations still name them: these follow a slice at a time.
CREATE TABLE ending (
    id BLOB PRIMARY KEY, is_team INTEGER NOT NULL, name TEXT NOT NULL, into_id BLOB, by_id BLOB
) WITHOUT ROWID
-- next
DROP INDEX conversation_team
-- next
-- What is not resolved comes first.
CREATE INDEX conversation_team ON conversation (team_id, (status = 'resolved')) WHERE team_id IS NOT NULL
-- next
CREATE INDEX conversation_custom_status ON conversation (custom_status_id, (status = 'resolved'))
 WHERE custom_status_id IS NOT NULL
