-- What may have gone out once stays in doubt until it has been looked for, however often that cannot be done.
UPDATE delivery_queue
   SET claimed_ms = NULL, not_before_ms = :not_before_ms, wait_ms = :wait_ms, attempts = attempts - :given_back,
       uncertain = :uncertain
 WHERE item_id = :item_id
