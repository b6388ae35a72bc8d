-- Of the conversations that nobody has answered, the newest but two.
SELECT id, inbound_count, last_item_ms FROM conversation WHERE status = 'open' ORDER BY last_item_ms DESC LIMIT 1 OFFSET 2
