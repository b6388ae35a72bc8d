-- A slice of the news of messages that have not come in all the time since.
DELETE FROM parked_delivery
 WHERE (account_id, name) IN (SELECT account_id, name FROM parked_delivery WHERE at_ms < :before_ms LIMIT :row_count)
RETURNING account_id
