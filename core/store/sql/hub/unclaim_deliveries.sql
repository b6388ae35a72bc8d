-- At start: what was in hand when the hub died may have gone out. Look before sending again.
UPDATE delivery_queue SET claimed_ms = NULL, uncertain = 1 WHERE claimed_ms IS NOT NULL
