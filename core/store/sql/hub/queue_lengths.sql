SELECT account_id, count(*) FROM delivery_queue GROUP BY account_id
