-- The tags of the newest conversations: what a tag picker offers first.
SELECT tags FROM conversation WHERE length(tags) > 1 ORDER BY last_item_ms DESC LIMIT 2000
