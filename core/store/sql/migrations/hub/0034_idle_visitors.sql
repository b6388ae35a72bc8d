-- Visitors of whom nothing is here but that they have opened the chat; `created_ms` is when they were met last.
CREATE INDEX visitor_idle ON visitor (created_ms) WHERE last_n = 0 AND moved_to IS NULL AND identifier = ''
-- next
CREATE INDEX visitor_token_visitor ON visitor_token (visitor_id)
