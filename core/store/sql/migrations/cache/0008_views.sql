-- With all that queues and the figures beside them ask of a conversation, so that its row need not be looked up.
DROP INDEX conversation_list
-- next
CREATE INDEX conversation_list ON conversation
    (status, last_item_ms, id, assignee_id, team_id, customer_id, joined_into_id, inbound_count)
-- next
-- What was resolved today, out of all that ever was.
CREATE INDEX conversation_resolved ON conversation (resolved_ms) WHERE resolved_ms IS NOT NULL
-- next
CREATE INDEX customer_blocked ON customer (id) WHERE blocked <> 0
