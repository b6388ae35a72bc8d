-- What waits at the same account as :item_id waits until :not_before_ms, too.
UPDATE delivery_queue
   SET not_before_ms = :not_before_ms, wait_ms = :wait_ms
 WHERE account_id = (SELECT account_id FROM delivery_queue WHERE item_id = :item_id)
   AND claimed_ms IS NULL AND not_before_ms < :not_before_ms
