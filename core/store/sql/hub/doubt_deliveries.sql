-- What is waiting to be sent may have gone out in a history that is over, or have been taken back there. It is looked for alone
-- (2), and as often as any other that is in doubt.
UPDATE delivery_queue SET claimed_ms = NULL, uncertain = 2, attempts = 0
