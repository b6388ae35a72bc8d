-- Whose the new conversations of an account are, and whom somebody was merged into before that one was merged on.
ALTER TABLE channel_account ADD COLUMN team_id BLOB
-- next
ALTER TABLE customer_link ADD COLUMN first_id BLOB
