-- Who wrote what a row of a list shows, and for how long a resolved conversation opens again, by account.
ALTER TABLE conversation ADD COLUMN preview_author_id BLOB
-- next
UPDATE conversation SET preview_author_id = (
    SELECT i.author_id
      FROM timeline_item AS i
     WHERE i.conversation_id = conversation.id AND i.kind = 'outbound' AND NOT i.deleted
     ORDER BY i.at_ms DESC, i.id DESC
     LIMIT 1)
 WHERE preview_outbound
-- next
ALTER TABLE channel_account ADD COLUMN reopen_days INTEGER NOT NULL DEFAULT 14
-- next
CREATE INDEX suggestion_open ON suggestion (at_ms, id) WHERE state = 'open'
