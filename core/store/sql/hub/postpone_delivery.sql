-- What may have gone out once stays in doubt until it has been looked for, however often that cannot be done; and in the same
-- doubt.
UPDATE delivery_queue
   SET claimed_ms = NULL, not_before_ms = :not_before_ms, wait_ms = :wait_ms, attempts = attempts - :given_back,
       uncertain = CASE WHEN :uncertain = 0 THEN 0 WHEN uncertain > 1 THEN uncertain ELSE 1 END
 WHERE item_id = :item_id
