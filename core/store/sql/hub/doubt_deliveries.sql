-- What is waiting to be sent may have gone out in a history that is over. Look before sending.
UPDATE delivery_queue SET claimed_ms = NULL, uncertain = 1
