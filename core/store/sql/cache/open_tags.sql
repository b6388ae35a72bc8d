-- The tags of the newest conversations: what a tag picker offers first. The newest of each status, which the index of lists
-- finds; in the order of all of them every conversation there ever was would be read.
SELECT tags FROM (SELECT tags FROM conversation WHERE status = 'open' ORDER BY last_item_ms DESC LIMIT 1000)
 WHERE length(tags) > 1
UNION ALL
SELECT tags FROM (SELECT tags FROM conversation WHERE status = 'waiting' ORDER BY last_item_ms DESC LIMIT 500)
 WHERE length(tags) > 1
UNION ALL
SELECT tags FROM (SELECT tags FROM conversation WHERE status = 'snoozed' ORDER BY last_item_ms DESC LIMIT 500)
 WHERE length(tags) > 1
UNION ALL
SELECT tags FROM (SELECT tags FROM conversation WHERE status = 'resolved' ORDER BY last_item_ms DESC LIMIT 500)
 WHERE length(tags) > 1
