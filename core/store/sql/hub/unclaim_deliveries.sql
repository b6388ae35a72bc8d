-- At start: what was in hand when the hub died may have gone out. Look before sending again; for mail only after :wait_ms, since
-- a mailbox shows a copy of what went out a while after it did.
UPDATE delivery_queue
   SET claimed_ms = NULL, uncertain = CASE WHEN uncertain > 1 THEN uncertain ELSE 1 END,
       not_before_ms = CASE WHEN account_id IN (SELECT id FROM channel_account WHERE channel = 'email')
                            THEN :now_ms + :wait_ms ELSE not_before_ms END,
       wait_ms = CASE WHEN account_id IN (SELECT id FROM channel_account WHERE channel = 'email')
                      THEN :wait_ms ELSE wait_ms END
 WHERE claimed_ms IS NOT NULL
