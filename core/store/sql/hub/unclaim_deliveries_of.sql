-- When an account's runner starts: what the one before it had in hand may have gone out. Look before sending again, for mail
-- after :wait_ms, as in unclaim_deliveries.
UPDATE delivery_queue
   SET claimed_ms = NULL, uncertain = CASE WHEN uncertain > 1 THEN uncertain ELSE 1 END,
       not_before_ms = CASE WHEN account_id IN (SELECT id FROM channel_account WHERE channel = 'email')
                            THEN :now_ms + :wait_ms ELSE not_before_ms END,
       wait_ms = CASE WHEN account_id IN (SELECT id FROM channel_account WHERE channel = 'email')
                      THEN :wait_ms ELSE wait_ms END
 WHERE account_id = :account_id AND claimed_ms IS NOT NULL
